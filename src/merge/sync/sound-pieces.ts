// How far one sound lags another, piece by piece: two clocks that run apart smear a long comparison (a hundred millionths over 30 s are 3 ms), a short one hardly.
// Pure. A piece that tells nothing is not there; one that was misled is found out by the others.

import { medianOf, type TimedOffset } from './drift-fit.ts'
import { measureSoundOffset, type SoundOffset, type SoundOffsetOptions } from './sound-offset.ts'

/** Clocks that are apart by 400 millionths still tell in it. */
const pieceSeconds = 4
/** Milliseconds: as far as such clocks come apart within one look. */
const agreeMs = 20

export type PieceOffset = TimedOffset & { readonly confidence: number }

/** Each piece of the left sound within the right one's stretch around it. Both begin together; `atMs` counts from there, and is a piece's middle. */
export function measurePieces(left: Float32Array, right: Float32Array, { rate, reachMs }: SoundOffsetOptions): PieceOffset[] {
  const length = pieceSeconds * rate
  const reach = Math.round((reachMs * rate) / 1_000)
  const starts = Array.from({ length: Math.floor(left.length / length) }, (_, n) => n * length)
  return starts.flatMap((at) => {
    const from = Math.max(0, at - reach)
    const around = right.subarray(from, at + length + reach)
    const told = measureSoundOffset(left.subarray(at, at + length), around, { rate, reachMs: 2 * reachMs })
    if (told.is === 'refused') return []
    const offsetMs = told.offsetMs + ((from - at) * 1_000) / rate
    return Math.abs(offsetMs) > reachMs ? [] : [{ atMs: ((at + length / 2) * 1_000) / rate, offsetMs, confidence: told.confidence }]
  })
}

/** What most of the pieces agree on, two of them at least. */
export function agreedOffset(pieces: readonly PieceOffset[]): Extract<SoundOffset, { is: 'measured' }> | undefined {
  const middle = medianOf(pieces.map(({ offsetMs }) => offsetMs))
  if (middle === undefined) return undefined
  const agreeing = pieces.filter(({ offsetMs }) => Math.abs(offsetMs - middle) <= agreeMs)
  const offsetMs = medianOf(agreeing.map((each) => each.offsetMs))
  if (offsetMs === undefined || agreeing.length < 2 || agreeing.length * 2 <= pieces.length) return undefined
  return { is: 'measured', offsetMs, confidence: medianOf(agreeing.map(({ confidence }) => confidence)) ?? 0 }
}
