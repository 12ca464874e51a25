// The frames of a calibration: pictures of both cameras at the same instants, spread over the whole length of two films, or two stills.
// Never compares them.

import type { Turn } from '../../../../config/picture-words.ts'
import { EzrecError } from '../../../base/errors.ts'
import { turnedSize } from '../../picture.ts'
import { lookAtPictureFile, readPictureAt, type PictureFile } from './picture-file.ts'
import type { PairSize } from './two-view.ts'

/** Both as yuv420p bytes. */
export type FramePair = { readonly left: Buffer; readonly right: Buffer }

export type PairFiles = {
  readonly left: string
  readonly right: string
  readonly turn: { readonly left: Turn; readonly right: Turn }
  /** Seconds after its beginning at which the right film shows what the left one shows at its own. */
  readonly rightLagSeconds?: number
}

/** Errors: invalid, with which file and why. */
export async function readFrames(
  { left, right, turn, rightLagSeconds = 0 }: PairFiles,
  wanted: number,
  signal: AbortSignal,
): Promise<{ readonly sizes: PairSize; readonly frames: readonly FramePair[] }> {
  const files = { left: await lookAtPictureFile(left, signal), right: await lookAtPictureFile(right, signal) }
  if ((files.left.seconds === undefined) !== (files.right.seconds === undefined))
    throw new EzrecError('invalid', 'one of the two is a still and the other one a film', {
      hint: 'give two stills or two films of the same time',
    })
  const instants = instantsOf(files, wanted, rightLagSeconds)
  const frames: FramePair[] = []
  for (const at of instants) {
    const [one, other] = await Promise.all([
      readPictureAt(files.left, turn.left, at.left, signal),
      readPictureAt(files.right, turn.right, at.right, signal),
    ])
    frames.push({ left: one, right: other })
  }
  return { sizes: { left: turnedSize(files.left, turn.left.rotation), right: turnedSize(files.right, turn.right.rotation) }, frames }
}

/** The middles of as many equal parts of what both films hold. Pure. */
export function instantsOf(
  { left, right }: { readonly left: Pick<PictureFile, 'seconds'>; readonly right: Pick<PictureFile, 'seconds'> },
  wanted: number,
  rightLagSeconds: number,
): readonly { readonly left: number; readonly right: number }[] {
  if (left.seconds === undefined || right.seconds === undefined) return [{ left: 0, right: 0 }]
  const from = Math.max(0, -rightLagSeconds)
  const until = Math.min(left.seconds, right.seconds - rightLagSeconds)
  if (until < from)
    throw new EzrecError('invalid', 'the two films have no time in common', { hint: 'give two films of the same recording' })
  return Array.from({ length: wanted }, (_, n) => {
    const at = from + ((n + 0.5) * (until - from)) / wanted
    return { left: at, right: at + rightLagSeconds }
  })
}
