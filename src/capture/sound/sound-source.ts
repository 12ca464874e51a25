// From the setting of the sound to a program that can be started: the microphone's driver, whatever it is.
// Never starts one and never connects: a microphone that is not there now may be plugged in when the booking begins.

import { stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { EzrecError } from '../../base/errors.ts'
import type { CameraCommand } from '../drivers/camera-command.ts'
import { keepAddress, rtspProgram } from '../drivers/rtsp-source.ts'
import { alsaArguments, fileSoundArguments } from '../drivers/sound-arguments.ts'
import { parseSoundSpec } from './sound-spec.ts'

export type SoundContext = {
  /** Where addresses are kept. */
  readonly cacheFolder: string
  /** What a relative path is relative to; the process's own folder by default. */
  readonly cwd?: string
}

const simulatedProgram = fileURLToPath(new URL('simulated-sound/main.ts', import.meta.url))

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const

/** How to start what the setting names: it writes MPEG-TS with one AAC stream to standard output. `undefined` when sound is off.
 *  Errors: `invalid`, `disk_full`, `forbidden`. */
export async function openSound(setting: string, { cacheFolder, cwd = process.cwd() }: SoundContext): Promise<CameraCommand | undefined> {
  const spec = parseSoundSpec(setting, cwd)
  switch (spec.kind) {
    case 'off':
      return undefined
    case 'alsa':
      return { program: 'ffmpeg', args: alsaArguments(spec.device), stopSignals }
    case 'rtsp':
      return { program: process.execPath, args: [rtspProgram, await keepAddress(spec.address, 'sound', cacheFolder), 'sound'], stopSignals }
    case 'file':
      await assertFile(spec.file)
      return { program: 'ffmpeg', args: fileSoundArguments(spec.file), stopSignals }
    case 'simulated':
      return { program: process.execPath, args: [simulatedProgram], stopSignals }
    default:
      return spec satisfies never
  }
}

async function assertFile(file: string): Promise<void> {
  const facts = await stat(file).catch(() => undefined)
  if (facts?.isFile()) return
  throw new EzrecError('invalid', `the sound ${file} cannot be played: there is no such file`, {
    hint: 'name a file with sound that ffmpeg can read, with its whole path: SOUND=file:/films/left.mp4',
    facts: { path: file },
  })
}
