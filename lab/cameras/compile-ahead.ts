// What Node makes of our code before it runs it (types stripped, compiled), made on this machine for the guest: there it would take minutes.
// Never runs what is compiled.

import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { EzrecError } from '../../src/base/errors.ts'
import { runChild } from '../../src/base/process.ts'

const repository = path.join(import.meta.dirname, '..', '..')
const commandLine = path.join(repository, 'bin', 'ezrec.ts')

/** All that the play and the recorder load, but the programs themselves. */
const modules = [
  'bin/commands/recorder.ts',
  'services/dual-recorder.ts',
  'src/app.ts',
  'src/capture/camera-chain.ts',
  'lab/cameras/devices.ts',
  'lab/cameras/story.ts',
].map((file) => pathToFileURL(path.join(repository, file)).href)

/** Fills the folder, or brings it up to date, as a `NODE_COMPILE_CACHE`. Errors: `internal`. */
export async function compileAhead(folder: string, signal: AbortSignal): Promise<void> {
  const loading = modules.map((url) => `await import(${JSON.stringify(url)})`).join('\n')
  for (const args of [
    ['--input-type=module', '--eval', loading],
    [commandLine, 'recorder', '--help'],
  ]) {
    const { code, stderr } = await runChild(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
      env: { NODE_COMPILE_CACHE: folder },
      timeoutMs: 120_000,
      signal,
    })
    if (code !== 0)
      throw new EzrecError('internal', `the guest's programs cannot be loaded here: ${stderr.trim().slice(-500)}`, {
        hint: 'run ./ezrec recorder --help and see what it says',
      })
  }
}
