// Debian's OpenCV for Python: what draws the films and what the original is made of. Installed when it is missing.
// Never any other build: the peer is the one that the original would have had.

import { EzrecError } from '../../src/base/errors.ts'
import { runChild } from '../../src/base/process.ts'

/** The system's own interpreter, whatever else is in the PATH: Debian's packages are for it. */
export const systemPython = '/usr/bin/python3'

/** Its version, after an installation if need be. Errors: `program_missing`: a peer that cannot run is a failure, not a gap. */
export async function ensureOpenCv(say: (line: string) => void, signal: AbortSignal): Promise<string> {
  const present = await versionOf(signal)
  if (present !== undefined) return present
  say('the bench needs python3-opencv: installing it with apt-get')
  const apt = ['apt-get', '-q', 'install', '-y', '--no-install-recommends', 'python3-opencv']
  const [program = '', ...args] = process.getuid?.() === 0 ? apt : ['sudo', '-n', ...apt]
  const { code, stderr } = await runChild(program, args, { signal, timeoutMs: 900_000, env: { DEBIAN_FRONTEND: 'noninteractive' } })
  const installed = await versionOf(signal)
  if (installed !== undefined) return installed
  throw new EzrecError(
    'program_missing',
    `python3-opencv is not there and could not be installed (${code}): ${stderr.trim().slice(-300)}`,
    {
      hint: 'run: sudo apt-get install -y --no-install-recommends python3-opencv',
    },
  )
}

async function versionOf(signal: AbortSignal): Promise<string | undefined> {
  const asked = await runChild(systemPython, ['-c', 'import cv2; print(cv2.__version__)'], { signal, timeoutMs: 60_000 })
  return asked.code === 0 ? asked.stdout.toString('utf8').trim() : undefined
}
