// A box as `up` starts it, on the simulated rig, in a home of its own; ends with its owner.
// Never waits longer than a minute for its API.

import { existsSync } from 'node:fs'
import path from 'node:path'
import { readApiAddress } from '../../src/api/address.ts'
import { systemClock } from '../../src/base/clock.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { startChild } from '../../src/base/process.ts'
import type { Context } from '../harness.ts'

export type Box = AsyncDisposable & { readonly url: string }

const program = path.join(import.meta.dirname, '..', '..', 'bin', 'ezrec.ts')

/** `variables`: settings over the usual ones. */
export async function startBox(
  home: string,
  { cacheFolder, folder, signal }: Context,
  variables: Readonly<Record<string, string>> = {},
): Promise<Box> {
  const child = await startChild(process.execPath, ['--disable-warning=ExperimentalWarning', program, '--home', home, 'up'], {
    stopSignals: ['SIGINT', 'SIGTERM', 'SIGKILL'],
    stopStepMs: 20_000,
    env: {
      CAMERA_LEFT: 'simulated:left',
      CAMERA_RIGHT: 'simulated:right',
      RESOLUTION: '320x180',
      MERGE_PRESET: 'ultrafast',
      CAMERA_LEAD_IN_SECONDS: '5',
      API_HOST: '127.0.0.1',
      ...variables,
      CACHE_DIR: cacheFolder,
      TMPDIR: folder,
    },
  })
  for (let waitedMs = 0; waitedMs < 60_000 && !signal.aborted; waitedMs += 100) {
    const url = (await readApiAddress(home))?.url
    const recorderRuns = existsSync(path.join(home, 'logs', 'dual_recorder.log'))
    if (url !== undefined && recorderRuns && (await isUp(url))) return { url, [Symbol.asyncDispose]: async () => void (await child.stop()) }
    await systemClock.sleep(100, signal)
  }
  await child.stop()
  throw new EzrecError('timeout', 'the box did not start', { hint: `look into ${path.join(home, 'logs')}` })
}

const isUp = (url: string): Promise<boolean> =>
  fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  )
