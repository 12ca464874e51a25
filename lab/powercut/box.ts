// A box on the card: the services as somebody would start them, on their first boot or, from a copy of the card, on another one.
// Never looks inside: what is on disk is what is judged.

import { readFile, writeFile } from 'node:fs/promises'
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { startChild, type Child, type ChildOptions } from '../../src/base/process.ts'

export const rig = {
  CAMERA_LEFT: 'simulated:left',
  CAMERA_RIGHT: 'simulated:right',
  RESOLUTION: '320x180',
  CAMERA_LEAD_IN_SECONDS: '5',
  MERGE_PRESET: 'ultrafast',
  API_HOST: '127.0.0.1',
} as const

export type BoxOptions = { readonly home: string; readonly cacheFolder: string; readonly mark: string; readonly signal: AbortSignal }

const program = path.join(import.meta.dirname, '..', '..', 'bin', 'ezrec.ts')

/** `./ezrec up` on a home. Disposing it asks it to end. */
export const startBox = (options: BoxOptions): Promise<Child> => startChild(process.execPath, upArgs(options), childOptions(options))

/** The same after a reboot: another boot id, a monotonic clock that begins again, no process of before. Errors: program_missing. */
export async function startRebooted(options: BoxOptions, bootFile: string): Promise<Child> {
  await writeFile(bootFile, `${randomUUID()}\n`)
  const uptimeSeconds = Math.floor(Number((await readFile('/proc/uptime', 'utf8')).split(' ')[0]))
  const back = String(bootedSeconds - uptimeSeconds)
  const apart = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--time', '--monotonic', back, '--boottime', back]
  const rename = 'mount --bind "$1" /proc/sys/kernel/random/boot_id && shift && exec "$@"'
  return startChild('unshare', [...apart, 'sh', '-c', rename, 'sh', bootFile, process.execPath, ...upArgs(options)], childOptions(options))
}

/** Where the clocks of a boot stand when its services are started. */
const bootedSeconds = 20

const upArgs = ({ home }: BoxOptions): string[] => ['--disable-warning=ExperimentalWarning', program, '--home', home, 'up']

const childOptions = ({ cacheFolder, mark, signal }: BoxOptions): ChildOptions => ({
  signal,
  stopSignals: ['SIGINT', 'SIGTERM', 'SIGKILL'],
  stopStepMs: 20_000,
  env: { ...rig, CACHE_DIR: cacheFolder, TMPDIR: mark },
})
