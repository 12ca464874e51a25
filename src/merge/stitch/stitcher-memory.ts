// The one memory that a stitcher works in: tables, pictures and canvases in slots, all of it counted before the first byte is had.
// Never grows. It is shared: a worker thread that is handed it draws on the same bytes.

import { adviseHugePages } from '../../adapters/huge-pages.ts'
import { EzrecError } from '../../base/errors.ts'
import type { Camera } from '../../capture/take.ts'
import { pictureBytes, type PictureSize } from '../picture.ts'
import { buildTable, mostTableBytes } from './lut.ts'
import { openPlaneRows } from './plane-rows.ts'
import type { StitchGeometry } from './stitch-geometry.ts'

/** How many pictures of each kind there is room for. */
export type SlotCounts = { readonly left: number; readonly right: number; readonly canvas: number }

/** Can be posted to a worker thread. Places are bytes of the memory. */
export type StitcherMemory = {
  readonly memory: WebAssembly.Memory
  readonly sizes: Readonly<Record<Camera | 'canvas', PictureSize>>
  readonly tables: { readonly luma: number; readonly chroma: number }
  readonly slots: Readonly<Record<Camera | 'canvas' | 'card', readonly number[]>>
}

/** As the modules are built: kernel/build.ts. */
const mostBytes = 16_384 * 65_536
const pageBytes = 65_536

/** Makes the tables, which takes some tenths of a second, and puts them into a memory of the size that is needed.
 *  Errors: invalid, when it would be more than 1 GiB. */
export function makeStitcherMemory(geometry: StitchGeometry, { left, right, canvas }: SlotCounts): StitcherMemory {
  const sizes = { left: geometry.left, right: geometry.right, canvas: geometry.canvas }
  const planes = { luma: openPlaneRows(geometry, 'luma'), chroma: openPlaneRows(geometry, 'chroma') }
  const pictures = left * slotBytes(sizes.left) + right * slotBytes(sizes.right) + (canvas + 1) * slotBytes(sizes.canvas)
  if (pictures + mostTableBytes(planes.luma) + mostTableBytes(planes.chroma) + pageBytes > mostBytes) throw tooLarge(sizes.canvas)
  const tables = { luma: buildTable(planes.luma), chroma: buildTable(planes.chroma) }
  let used = pageBytes // the compiler keeps the first bytes for itself
  const take = (bytes: number): number => {
    const at = used
    used += Math.ceil(bytes / 64) * 64
    return at
  }
  const slots = (count: number, size: PictureSize): number[] => Array.from({ length: count }, () => take(slotBytes(size)) + before)
  const places = {
    sizes,
    tables: { luma: take(tables.luma.length), chroma: take(tables.chroma.length) },
    slots: {
      left: slots(left, sizes.left),
      right: slots(right, sizes.right),
      canvas: slots(canvas, sizes.canvas),
      card: slots(1, sizes.canvas),
    },
  }
  const pages = Math.ceil(used / pageBytes)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  const bytes = new Uint8Array(memory.buffer)
  adviseHugePages(bytes)
  bytes.set(tables.luma, places.tables.luma)
  bytes.set(tables.chroma, places.tables.chroma)
  return { memory, ...places }
}

/** A block that is copied may begin up to seven pixels before the plane. */
const before = 64

/** A window reaches up to two rows and sixteen pixels behind the last pixel. */
const slotBytes = (size: PictureSize): number => before + pictureBytes(size) + 2 * size.width + 64

const tooLarge = ({ width, height }: PictureSize): EzrecError =>
  new EzrecError('invalid', `a panorama of ${width}x${height} needs more than 1 GiB of memory`, {
    hint: 'calibrate the rig at a smaller size, or give the calibration a smaller canvas',
    facts: { width, height },
  })
