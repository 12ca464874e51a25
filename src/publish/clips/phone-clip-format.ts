// What a clip for phones is made as: which part of the film's picture, how large, and at what rate it stays below a messenger's limit. Pure.
// Never enlarges a picture, and never promises more than its bytes allow.

import type { LayoutName } from '../../../config/picture-words.ts'
import type { RawFormat } from '../../adapters/ffmpeg.ts'
import { evenBelow, type Cell } from '../../merge/layouts/canvas.ts'
import type { PictureSize } from '../../merge/picture.ts'

/** Upright, as a phone is held, or wide. */
export const phoneShapes = ['9:16', '16:9'] as const
export type PhoneShape = (typeof phoneShapes)[number]

/** What messengers take as a video: 16 MB, of 10^6 bytes. */
export const mostPhoneBytes = 16_000_000

export type PhoneFormat = PictureSize & {
  /** As large as every window that is cut out of the film. */
  readonly window: PictureSize
  readonly fps: number
  readonly maxRateKbps: number
}

/** The parts of a film's canvas that show one place each: a window never reaches from one into another. */
export function panesOf(layout: LayoutName, canvas: PictureSize, left: PictureSize): readonly Cell[] {
  const whole = { x: 0, y: 0, ...canvas }
  if (layout === 'side-by-side' && left.width < canvas.width)
    return [
      { ...whole, width: left.width },
      { ...whole, x: left.width, width: canvas.width - left.width },
    ]
  if (layout === 'stacked' && left.height < canvas.height)
    return [
      { ...whole, height: left.height },
      { ...whole, y: left.height, height: canvas.height - left.height },
    ]
  return [whole]
}

/** The largest window of a shape in a pane. */
export function windowIn(pane: PictureSize, shape: PhoneShape): PictureSize {
  const ratio = shape === '9:16' ? 9 / 16 : 16 / 9
  return {
    width: Math.max(2, evenBelow(Math.min(pane.width, pane.height * ratio))),
    height: Math.max(2, evenBelow(Math.min(pane.height, pane.width / ratio))),
  }
}

/** From the rate on that such a picture needs; its longer side. */
const sizes = [
  { fromKbps: 1_800, longer: 1_280 },
  { fromKbps: 800, longer: 960 },
  { fromKbps: 0, longer: 768 },
] as const

/** More shows nothing more on a phone. */
const highestKbps = 5_000

/** The container's own, and what x264 may be off by. */
const spareShare = 0.06

/** Of the sound, with what its packets take. */
const soundKbps = 100

/** `share`: a second try that must be smaller than the first one was. */
export function phoneFormat(
  film: Pick<RawFormat, 'fps'>,
  pane: PictureSize,
  { shape, seconds, share = 1 }: { readonly shape: PhoneShape; readonly seconds: number; readonly share?: number },
): PhoneFormat {
  const window = windowIn(pane, shape)
  // The encoder's buffer is one second of the highest rate: all of the clip takes at most one second more than it lasts.
  const kilobits = (mostPhoneBytes * 8 * (1 - spareShare)) / 1_000 - soundKbps * seconds
  const maxRateKbps = Math.floor(Math.min(highestKbps, kilobits / (seconds + 1)) * share)
  const longer = sizes.find(({ fromKbps }) => maxRateKbps >= fromKbps)?.longer ?? 768
  const scale = Math.min(1, longer / Math.max(window.width, window.height))
  return {
    window,
    width: Math.max(2, evenBelow(window.width * scale + 1)),
    height: Math.max(2, evenBelow(window.height * scale + 1)),
    fps: film.fps > 30 ? film.fps / 2 : film.fps,
    maxRateKbps,
  }
}
