// Makes the table that the stitch kernel draws a plane of the canvas from: runs of equal blocks, a record for eight pixels of a warped picture.
// Never touches a picture. The seam comes in by the weights of the rows; another seam is another table.

import { hole, type PlaneRow, type PlaneRows } from './plane-rows.ts'
import { stepsX, stepsY, type SourcePoints } from './sampled-map.ts'
import { forms, kinds, lower, record, rightOnly, rowBytes, run, type Kind } from './table-format.ts'

/** No table is larger, whatever the map: all blocks blended, all records gathering. */
export const mostTableBytes = ({ width, rows }: Pick<PlaneRows, 'width' | 'rows'>): number =>
  rows * (rowBytes + Math.ceil(width / 8) * (2 * (record.bytes + 32) + 8 + run.bytes) + width * (run.bytes / 2))

/** Little-endian, as table-format.ts says. */
export function buildTable(plane: PlaneRows): Uint8Array {
  const table = openTable(plane.rows * rowBytes + plane.rows * Math.ceil(plane.width / 8) * record.bytes)
  table.take(plane.rows * rowBytes)
  for (let y = 0; y < plane.rows; y += 1) {
    const row = plane.at(y)
    const made = [...runsOf(row, plane)].map((each) => ({ ...each, ...partsOf(each, row, plane, table) }))
    const holes = holesOf(row.weights)
    const at = table.take((made.length + holes.length) * run.bytes)
    table.put(y * rowBytes, at)
    table.put(y * rowBytes + 4, made.length + holes.length)
    for (const [n, { kind, x, blocks, left, right, weights, gathers }] of made.entries())
      putRun(table, at + n * run.bytes, [kind, x, blocks, left.at, right.at, weights, 0, gathers])
    for (const [n, { x, pixels }] of holes.entries())
      putRun(table, at + (made.length + n) * run.bytes, [kinds.hole, x, pixels, 0, 0, 0, plane.plane === 'luma' ? 16 : 128])
  }
  return table.whole()
}

type Table = {
  /** Room for so many bytes, a multiple of four, zeroed: where it begins. */
  take(count: number): number
  put(at: number, int32: number): void
  bytes: Uint8Array
  whole(): Uint8Array
}

/** In the processor's own byte order, which is WebAssembly's on all that we run on. */
function openTable(expected: number): Table {
  let words = new Int32Array((expected + expected / 4 + 65_536) >> 2)
  let used = 0
  const table: Table = {
    bytes: new Uint8Array(words.buffer),
    take: (count) => {
      const at = used
      used += count
      if (used > words.byteLength) {
        const larger = new Int32Array((2 * used) >> 2)
        larger.set(words)
        words = larger
        table.bytes = new Uint8Array(words.buffer)
      }
      return at
    },
    put: (at, int32) => {
      words[at >> 2] = int32
    },
    whole: () => table.bytes.subarray(0, used),
  }
  return table
}

type Run = { readonly kind: Kind; readonly x: number; readonly blocks: number; readonly from: number }

/** Blocks of one kind beside each other. The last block of a row that is no multiple of eight wide lies over the one before it. */
function* runsOf(row: PlaneRow, { width, leftWidth, rightWidth }: PlaneRows): Generator<Run> {
  let open: Run | undefined
  for (let at = 0; at < width; at += 8) {
    const x = Math.min(at, width - 8)
    const found = blockAt(row, x, leftWidth, rightWidth)
    const goesOn =
      open !== undefined &&
      found?.kind === open.kind &&
      x === open.x + 8 * open.blocks &&
      (found.from === none || found.from === open.from + 8 * open.blocks)
    if (open && goesOn) open = { ...open, blocks: open.blocks + 1 }
    else {
      if (open) yield open
      open = found ? { ...found, x, blocks: 1 } : undefined
    }
  }
  if (open) yield open
}

/** Not a copied block: further back than any source offset. */
const none = -0x8000_0000

/** How a block is made, and from where it is copied if it is; nothing where neither picture is seen. */
function blockAt(
  { weights, left, right }: PlaneRow,
  x: number,
  leftWidth: number,
  rightWidth: number,
): { kind: Kind; from: number } | undefined {
  let wantsLeft = false
  let wantsRight = false
  for (let n = x; n < x + 8; n += 1) {
    const weight = weights[n] ?? hole
    if (weight < rightOnly) wantsLeft = true
    if (weight > 0 && weight <= rightOnly) wantsRight = true
  }
  if (!wantsLeft && !wantsRight) return undefined
  const from = wantsLeft ? copiedFrom(left, weights, leftWeights, x, leftWidth) : copiedFrom(right, weights, rightWeights, x, rightWidth)
  const isCopy = from !== none
  if (wantsLeft && wantsRight) return { kind: isCopy ? kinds.blendCopy : kinds.blendWarp, from }
  if (wantsLeft) return { kind: isCopy ? kinds.leftCopy : kinds.leftWarp, from }
  return { kind: isCopy ? kinds.rightCopy : kinds.rightWarp, from }
}

/** The weights with which a picture's pixel is wanted. */
type Wanted = { readonly least: number; readonly most: number }

const leftWeights: Wanted = { least: 0, most: rightOnly - 1 }
const rightWeights: Wanted = { least: 1, most: rightOnly }

/** The source offset of the block's first pixel when all its wanted ones are whole source pixels in a line. */
function copiedFrom(points: SourcePoints, weights: Uint8Array, { least, most }: Wanted, x: number, stride: number): number {
  let from = none
  for (let n = 0; n < 8; n += 1) {
    const weight = weights[x + n] ?? hole
    if (weight < least || weight > most) continue
    const sx = points.x[x + n] ?? 0
    const sy = points.y[x + n] ?? 0
    if ((sx & (stepsX - 1)) !== 0 || (sy & (stepsY - 1)) !== 0) return none
    const here = (sy >> shiftY) * stride + (sx >> shiftX) - n
    if (from !== none && here !== from) return none
    from = here
  }
  return from
}

const shiftX = Math.log2(stepsX)
const shiftY = Math.log2(stepsY)

/** Where a picture's part of a run is, and whether one of its records gathers. */
type Part = { readonly at: number; readonly gathers: boolean }

/** Writes what a run points to. */
function partsOf(
  { kind, x, blocks, from }: Run,
  row: PlaneRow,
  plane: PlaneRows,
  table: Table,
): { left: Part; right: Part; weights: number; gathers: 0 | 1 } {
  const isBlend = kind === kinds.blendWarp || kind === kinds.blendCopy
  const copied = { at: from, gathers: false }
  const left =
    kind === kinds.leftWarp || kind === kinds.blendWarp
      ? putRecords(row.left, row.weights, leftWeights, x, blocks, plane.leftWidth, table)
      : copied
  const right =
    kind === kinds.rightWarp || isBlend ? putRecords(row.right, row.weights, rightWeights, x, blocks, plane.rightWidth, table) : copied
  const weights = isBlend ? table.take(8 * blocks) : 0
  if (isBlend) table.bytes.set(row.weights.subarray(x, x + 8 * blocks), weights)
  return { left, right, weights, gathers: left.gathers || right.gathers ? 1 : 0 }
}

function putRecords(
  points: SourcePoints,
  weights: Uint8Array,
  wanted: Wanted,
  x: number,
  blocks: number,
  stride: number,
  table: Table,
): Part {
  const at = table.take(blocks * record.bytes)
  let gathers = false
  for (let n = 0; n < blocks; n += 1) {
    const isWindow = putRecord(points, weights, wanted, x + 8 * n, stride, table, at + n * record.bytes)
    gathers ||= !isWindow
  }
  return { at, gathers }
}

/** One record of a block; whether it has a window. A pixel that is not wanted is taken from the window's corner. */
function putRecord(
  points: SourcePoints,
  weights: Uint8Array,
  { least, most }: Wanted,
  x: number,
  stride: number,
  table: Table,
  at: number,
): boolean {
  const { x: xs, y: ys } = points
  let minX = 0x7fff_ffff
  let minY = 0x7fff_ffff
  let maxX = 0
  let maxY = 0
  for (let n = x; n < x + 8; n += 1) {
    const weight = weights[n] ?? hole
    if (weight < least || weight > most) continue
    const sx = xs[n] ?? 0
    const sy = ys[n] ?? 0
    if (sx < minX) minX = sx
    if (sx > maxX) maxX = sx
    if (sy < minY) minY = sy
    if (sy > maxY) maxY = sy
  }
  const column = minX >> shiftX
  const row = minY >> shiftY
  // The neighbour of the last pixel must be in the window, too, unless it has no share.
  const isWindow = ((maxX + stepsX - 1) >> shiftX) - column <= 15 && (maxY >> shiftY) - row <= 1
  const places = isWindow ? 0 : table.take(32)
  table.put(at + record.offset, isWindow ? row * stride + column : places)
  table.put(at + record.form, isWindow ? (maxY >> shiftY === row ? forms.two : forms.three) : forms.gather)
  const { bytes } = table
  for (let n = 0; n < 8; n += 1) {
    const weight = weights[x + n] ?? hole
    const isWanted = weight >= least && weight <= most
    const sx = isWanted ? (xs[x + n] ?? 0) : column << shiftX
    const sy = isWanted ? (ys[x + n] ?? 0) : row << shiftY
    bytes[at + record.shareX + n] = sx & (stepsX - 1)
    if (isWindow) {
      bytes[at + record.index + n] = (sx >> shiftX) - column
      bytes[at + record.shareY + n] = (sy & (stepsY - 1)) | (sy >> shiftY > row ? lower : 0)
    } else {
      table.put(places + 4 * n, (sy >> shiftY) * stride + (sx >> shiftX))
      bytes[at + record.shareY + n] = sy & (stepsY - 1)
    }
  }
  return isWindow
}

function putRun(table: Table, at: number, values: readonly number[]): void {
  for (const [n, value] of values.entries()) table.put(at + 4 * n, value)
}

function holesOf(weights: Uint8Array): { x: number; pixels: number }[] {
  const holes: { x: number; pixels: number }[] = []
  for (let x = weights.indexOf(hole); x >= 0;) {
    let end = x
    while (weights[end] === hole) end += 1
    holes.push({ x, pixels: end - x })
    x = weights.indexOf(hole, end)
  }
  return holes
}
