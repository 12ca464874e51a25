// An intro or outro decoded once, small and in idle time: what every film would leave out is known when it is sent.
// Never writes anything, and never follows a file to another one.

import { inIdleTime } from '../../adapters/ffmpeg-companions.ts'
import { EzrecError } from '../../base/errors.ts'
import { runChild } from '../../base/process.ts'
import { pictureBytes } from '../picture.ts'
import { probeBookend, unfit } from './bookend-file.ts'
import { bookendFault, longestBookendSeconds } from './bookend-policy.ts'
import { bookendPictureArgs } from './make-bookend.ts'

const small = { width: 32, height: 18, fps: 5 }

/** A minute in 4K, on a small board that records meanwhile. */
const timeoutMs = 180_000

/** Errors: invalid, with the reason in `facts.fault`; timeout, and others that say nothing of the file. */
export async function tryBookend(file: string, signal: AbortSignal): Promise<void> {
  const source = await probeBookend(file, signal)
  const [program, args] = inIdleTime('ffmpeg', bookendPictureArgs(source, small))
  const most = longestBookendSeconds * small.fps + 1
  const maxOutputBytes = pictureBytes(small) * (most + 1)
  const { stdout, code, signal: killed } = await runChild(program, args, { timeoutMs, maxOutputBytes, signal })
  if (killed !== null)
    throw new EzrecError('upstream_unavailable', 'the decoder of an intro or outro was killed', { hint: 'send it once more' })
  const frames = Math.floor(stdout.length / pictureBytes(small))
  const gaveUp = frames > 0 && code !== 0 ? `its decoder gave up after ${(frames / small.fps).toFixed(1)} s of it` : undefined
  const fault = gaveUp ?? bookendFault(frames, small.fps, source.toldSeconds)
  if (fault !== undefined) throw unfit(file, fault)
}
