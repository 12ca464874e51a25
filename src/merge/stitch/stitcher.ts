// Draws panoramas: pictures in slots, one canvas each call. Usable in any thread; one stitcher per thread over the same memory.
// Never waits, never allocates after it is open, never checks what a picture shows.

import type { Camera } from '../../capture/take.ts'
import { pictureBytes, planesOf, type PictureSize } from '../picture.ts'
import type { Exposure } from './exposure.ts'
import { fixedGains, neutralExposure, type FixedGain } from './fixed-gain.ts'
import { openKernel, type Kernel, type KernelForm } from './kernel/open-kernel.ts'
import type { StitchGeometry } from './stitch-geometry.ts'
import { makeStitcherMemory, type SlotCounts, type StitcherMemory } from './stitcher-memory.ts'

/** The number of a slot, or that the card stands for this camera. */
export type Slot = number | 'card'

/** What each picture's planes are brought to; a picture without one stays as it is. May be another one for each canvas. */
export type Exposures = Readonly<Partial<Record<Camera, Exposure>>>

/** Rows of the canvas, both even. */
export type Band = { readonly fromRow: number; readonly toRow: number }

export type Stitcher = {
  readonly canvas: PictureSize
  /** Views of the memory, to read into and to write from. */
  readonly slots: Readonly<Record<Camera | 'canvas', readonly Buffer[]>>
  /** What stands for a camera, as large as the canvas: where only that camera would be seen it is copied from here. */
  readonly card: Buffer
  /** For `attachStitcher` in another thread. */
  readonly shared: StitcherMemory
  readonly form: KernelForm
  /** Draws a canvas, or a band of it. */
  compose(left: Slot, right: Slot, canvas: number, exposures?: Exposures, band?: Band): void
}

/** Makes tables and memory. Errors: invalid, when they are too large or this machine has no SIMD. */
export const openStitcher = (geometry: StitchGeometry, counts: SlotCounts, form?: KernelForm): Stitcher =>
  attachStitcher(makeStitcherMemory(geometry, counts), form)

/** A stitcher over a memory that another thread has made. */
export function attachStitcher(shared: StitcherMemory, form?: KernelForm): Stitcher {
  const { memory, sizes, slots, tables } = shared
  const kernel = openKernel(memory, form)
  const views = (places: readonly number[], size: PictureSize): Buffer[] =>
    places.map((place) => Buffer.from(memory.buffer, place, pictureBytes(size)))
  const [cardAt = 0] = slots.card
  const card = Buffer.from(memory.buffer, cardAt, pictureBytes(sizes.canvas))
  const canvases = views(slots.canvas, sizes.canvas)
  const [luma, u, v] = [0, 1, 2].map((n) => ({
    table: n === 0 ? tables.luma : tables.chroma,
    left: planeOf(sizes.left, n),
    right: planeOf(sizes.right, n),
    canvas: planeOf(sizes.canvas, n),
  }))
  return {
    canvas: sizes.canvas,
    slots: { left: views(slots.left, sizes.left), right: views(slots.right, sizes.right), canvas: canvases },
    card,
    shared,
    form: kernel.form,
    compose: (left, right, canvas, exposures = {}, band = { fromRow: 0, toRow: sizes.canvas.height }) => {
      const to = placeOf(slots.canvas, canvas)
      if (left === 'card' && right === 'card') return copyBand(card, canvases[canvas], sizes.canvas, band)
      const from = {
        left: left === 'card' ? undefined : placeOf(slots.left, left),
        right: right === 'card' ? undefined : placeOf(slots.right, right),
      }
      const gains = { left: gainsOf(exposures.left), right: gainsOf(exposures.right) }
      const draw = (n: 0 | 1 | 2, plane: typeof luma, fromRow: number, toRow: number): void => {
        if (plane) drawPlane(kernel, plane, from, cardAt, to, { left: gains.left[n], right: gains.right[n] }, fromRow, toRow)
      }
      draw(0, luma, band.fromRow, band.toRow)
      // U and V in turn, some rows at a time: the second one finds their table still near the processor.
      for (let row = band.fromRow / 2; row < band.toRow / 2; row += 16) {
        const end = Math.min(row + 16, band.toRow / 2)
        draw(1, u, row, end)
        draw(2, v, row, end)
      }
    },
  }
}

type PlaneAt = { readonly offset: number; readonly stride: number }
type PlaneOrder = { readonly table: number; readonly left: PlaneAt; readonly right: PlaneAt; readonly canvas: PlaneAt }

function drawPlane(
  kernel: Kernel,
  { table, left, right, canvas }: PlaneOrder,
  from: Readonly<Record<Camera, number | undefined>>,
  card: number,
  to: number,
  gains: Readonly<Record<Camera, FixedGain>>,
  fromRow: number,
  toRow: number,
): void {
  const out = [to + canvas.offset, canvas.stride] as const
  if (from.left !== undefined && from.right !== undefined) {
    const { left: l, right: r } = gains
    const pictures = [from.left + left.offset, left.stride, from.right + right.offset, right.stride] as const
    return kernel.plane(table, ...pictures, ...out, l.gain, l.offset, r.gain, r.offset, fromRow, toRow)
  }
  const isLeft = from.left !== undefined
  const { offset, stride } = isLeft ? left : right
  const { gain, offset: shift } = isLeft ? gains.left : gains.right
  const picture = (from.left ?? from.right ?? 0) + offset
  kernel.planeWithCard(table, picture, stride, isLeft ? 1 : 0, card + canvas.offset, ...out, gain, shift, fromRow, toRow)
}

const planeOf = (size: PictureSize, n: number): PlaneAt => planesOf(size)[n] ?? { offset: 0, stride: 0 }

const gainsOf = (exposure: Exposure | undefined): readonly [FixedGain, FixedGain, FixedGain] => fixedGains(exposure ?? neutralExposure)

function placeOf(places: readonly number[], slot: number): number {
  const place = places[slot]
  if (place === undefined) throw new RangeError(`there is no slot ${slot} of ${places.length}`)
  return place
}

function copyBand(card: Buffer, canvas: Buffer | undefined, size: PictureSize, { fromRow, toRow }: Band): void {
  if (!canvas) return
  for (const [n, { offset, stride }] of planesOf(size).entries()) {
    const half = n === 0 ? 1 : 2
    card.copy(canvas, offset + (fromRow / half) * stride, offset + (fromRow / half) * stride, offset + (toRow / half) * stride)
  }
}
