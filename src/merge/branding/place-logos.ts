// Where logos stand on a canvas: each in its place, away from the edges, those of one place one above the other. Pure.
// Never lets two overlap at one place, nor one stick out: there is room for it or there is not.

import type { LogoPosition } from '../../../config/picture-words.ts'
import type { PictureSize } from '../picture.ts'
import { evenBelow } from '../layouts/canvas.ts'

/** A logo takes at most this share of the canvas' width and of its height. */
const largestShare = 1 / 3

/** The box that a logo may fill on this canvas, of the one that is set. */
export const logoBox = (wanted: PictureSize, canvas: PictureSize): PictureSize => ({
  width: Math.max(1, Math.min(wanted.width, Math.floor(canvas.width * largestShare))),
  height: Math.max(1, Math.min(wanted.height, Math.floor(canvas.height * largestShare))),
})

export type ToPlace = PictureSize & { readonly position: LogoPosition }
export type Point = { readonly x: number; readonly y: number }

/** The upper left corner of each, both even; `undefined` for one that finds no room. In the order given: the first takes the edge. */
export function placeLogos(logos: readonly ToPlace[], canvas: PictureSize, margin: number): (Point | undefined)[] {
  const used = new Map<LogoPosition, number>()
  return logos.map(({ position, width, height }) => {
    const before = used.get(position) ?? 0
    const x = across(position, width, canvas.width, margin)
    const y = down(position, height, canvas.height, margin, before)
    const fits = x >= 0 && y >= 0 && x + width <= canvas.width && y + height <= canvas.height
    if (!fits) return undefined
    const gap = Math.max(margin, 2)
    used.set(position, position.startsWith('middle') ? y + height + gap : before + height + gap)
    return { x: evenBelow(x), y: evenBelow(y) }
  })
}

function across(position: LogoPosition, width: number, total: number, margin: number): number {
  if (position.endsWith('left')) return margin
  return position.endsWith('right') ? total - margin - width : (total - width) / 2
}

function down(position: LogoPosition, height: number, total: number, margin: number, before: number): number {
  if (position.startsWith('top')) return margin + before
  return position.startsWith('bottom') ? total - margin - height - before : before > 0 ? before : (total - height) / 2
}
