// Whether the ffmpeg of this machine can do what we ask of it: found, new enough, with the encoder.
// Never runs it on a film: it only asks what it is.

import { EzrecError } from '../base/errors.ts'
import { runChild } from '../base/process.ts'

const oldest = '5.1'

/** Errors: program_missing (no ffmpeg, too old, no libx264), with the mend. */
export async function assertFfmpeg(program = 'ffmpeg'): Promise<{ readonly version: string }> {
  const { stdout, stderr } = await runChild(program, ['-h', 'encoder=libx264'], { timeoutMs: 10_000 }) // its banner names the version
  const version = versionIn(`${stderr}\n${stdout.toString('utf8')}`)
  if (isOlder(version))
    throw unfit(`ffmpeg ${version} is too old: ${oldest} or newer is needed`, 'install the ffmpeg of Debian 12 or newer', version)
  if (!stdout.includes('Encoder libx264'))
    throw unfit('this ffmpeg has no libx264 encoder', 'install the ffmpeg of Debian: sudo apt-get install ffmpeg', version)
  return { version }
}

/** As it names itself; `unknown` when it says nothing of the kind. */
export async function ffmpegVersion(program = 'ffmpeg'): Promise<string> {
  const { stdout } = await runChild(program, ['-hide_banner', '-version'], { timeoutMs: 10_000 })
  return versionIn(stdout.toString('utf8'))
}

const versionIn = (said: string): string => /^ffmpeg version (\S+)/m.exec(said)?.[1] ?? 'unknown'

/** A version without numbers in front (a build from a repository) is taken for new enough. */
export function isOlder(version: string): boolean {
  const found = /^n?(\d+)(?:\.(\d+))?/.exec(version)
  return found !== null && Number(found[1]) * 1_000 + Number(found[2] ?? 0) < 5_001
}

const unfit = (message: string, hint: string, version: string): EzrecError =>
  new EzrecError('program_missing', message, { hint, facts: { version } })
