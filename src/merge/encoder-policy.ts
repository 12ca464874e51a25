// Who encodes a film: the board's own encoder where it has one with room for it, x264 everywhere else.
// Pure. Chosen once for a film: another encoder describes its pictures otherwise, and a film has one description.

import type { EncoderKind } from '../adapters/ffmpeg.ts'
import { pixelRate, type SpareEncoder } from '../capture/drivers/board-plan.ts'
import type { RigFormat } from '../capture/pitch/rig-format.ts'

export type EncoderChoice = { readonly encoder: EncoderKind; readonly because: string }

export type EncoderWish = {
  readonly wanted: 'auto' | 'x264'
  /** One quantiser throughout: only x264 has that. */
  readonly qp?: number | undefined
  /** An intro or outro is set: x264 makes them, and they must be described as the film is. */
  readonly bookends?: boolean
  /** Absent where the board has none. */
  readonly spare: SpareEncoder | undefined
  /** Of the film, with its rate. */
  readonly canvas: RigFormat
}

export function chooseEncoder({ wanted, qp, bookends = false, spare, canvas }: EncoderWish): EncoderChoice {
  const x264 = (because: string): EncoderChoice => ({ encoder: 'x264', because })
  if (wanted === 'x264') return x264('it is set')
  if (qp !== undefined) return x264('a constant quantiser is asked for')
  if (bookends) return x264('an intro or outro is set')
  if (!spare) return x264('this board has no encoder of its own for films')
  const { width, height } = canvas
  if (Math.max(width, height) > spare.largestSide)
    return x264(`the board's encoder takes ${spare.largestSide} pixels a side, the film has ${Math.max(width, height)}`)
  const rate = pixelRate(canvas)
  const left = Math.max(0, Math.round(spare.rate * 10) / 10)
  if (rate > left) return x264(`the film is ${rate} million pixels a second, and the cameras leave ${left} of the board's encoder`)
  return { encoder: 'v4l2m2m', because: `the film is ${rate} of the ${left} million pixels a second that the board's encoder has left` }
}
