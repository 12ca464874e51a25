// The stitch kernel in AssemblyScript: draws rows of one plane of the canvas from the planes of two pictures, as a table says.
// Never allocates, never checks a bound, never decides where a pixel comes from: table-format.ts says what a table holds, lut.ts makes it.

// Kinds of runs.
const LEFT_COPY: i32 = 1
const LEFT_WARP: i32 = 2
const RIGHT_COPY: i32 = 3
const RIGHT_WARP: i32 = 4
const BLEND_COPY: i32 = 5
const HOLE: i32 = 7

// Places in a run, a record and the table's list of rows.
const RUN_BYTES: usize = 32
const RUN_X: usize = 4
const RUN_BLOCKS: usize = 8
const RUN_LEFT: usize = 12
const RUN_RIGHT: usize = 16
const RUN_WEIGHTS: usize = 20
const RUN_VALUE: usize = 24
const RUN_GATHERS: usize = 28
const RECORD_SHIFT: usize = 5
const RECORD_BYTES: usize = 32
const RECORD_FORM: usize = 4
const RECORD_INDEX: usize = 8
const RECORD_SHARE_X: usize = 16
const RECORD_SHARE_Y: usize = 24
const ROW_SHIFT: usize = 3

// Forms of records.
const THREE: i32 = 1
const GATHER: i32 = 2

// Gain and offset that change nothing.
const NEUTRAL_GAIN: i32 = 16384
const NEUTRAL_OFFSET: i32 = 16

// A constant vector is made anew for every block. One that comes from a variable that somebody might set stays in a register; nobody does.
export let one: i32 = 1
export let full: i32 = 64
export let half: i32 = 32
export let mask: i32 = ASC_FEATURE_RELAXED_SIMD ? 0x8080 : 0x00ff

/** Rows `[fromRow, toRow)` of a plane. Gains in 1/16384, multiples of 4; offsets in 1/32 with the half that rounds. */
export function plane(
  table: usize,
  left: usize,
  leftStride: usize,
  right: usize,
  rightStride: usize,
  canvas: usize,
  stride: usize,
  leftGain: i32,
  leftOffset: i32,
  rightGain: i32,
  rightOffset: i32,
  fromRow: usize,
  toRow: usize,
): void {
  const lg = i16x8.splat(<i16>leftGain)
  const lo = i16x8.splat(<i16>leftOffset)
  const lw = i16x8.splat(<i16>warpedOffset(leftGain, leftOffset))
  const rg = i16x8.splat(<i16>rightGain)
  const ro = i16x8.splat(<i16>rightOffset)
  const rw = i16x8.splat(<i16>warpedOffset(rightGain, rightOffset))
  const leftIsPlain = leftGain == NEUTRAL_GAIN && leftOffset == NEUTRAL_OFFSET
  const rightIsPlain = rightGain == NEUTRAL_GAIN && rightOffset == NEUTRAL_OFFSET
  for (let row = fromRow; row < toRow; row++) {
    const out = canvas + row * stride
    let run = table + <usize>load<u32>(table + (row << ROW_SHIFT))
    const end = run + <usize>load<u32>(table + (row << ROW_SHIFT), 4) * RUN_BYTES
    for (; run < end; run += RUN_BYTES) {
      const kind = load<i32>(run)
      const to = out + <usize>load<u32>(run, RUN_X)
      const blocks = <usize>load<u32>(run, RUN_BLOCKS)
      const gathers = load<i32>(run, RUN_GATHERS) != 0
      const weights = table + <usize>load<u32>(run, RUN_WEIGHTS)
      const ours = load<i32>(run, RUN_LEFT)
      const theirs = load<i32>(run, RUN_RIGHT)
      if (kind == RIGHT_WARP) warp(table, theirs, blocks, right, rightStride, to, rg, rw, gathers)
      else if (kind == LEFT_WARP) warp(table, ours, blocks, left, leftStride, to, lg, lw, gathers)
      else if (kind == LEFT_COPY) copy(left + ours, blocks, to, leftIsPlain, lg, lo)
      else if (kind == RIGHT_COPY) copy(right + theirs, blocks, to, rightIsPlain, rg, ro)
      else if (kind == HOLE) memory.fill(to, load<u8>(run, RUN_VALUE), blocks)
      else if (kind == BLEND_COPY && !gathers)
        blendCopied(left + ours, table + theirs, blocks, right, rightStride, weights, to, lg, lo, rg, rw)
      else if (kind == BLEND_COPY)
        for (let n: usize = 0; n < blocks; n++) {
          const a = copied(left + ours + (n << 3), lg, lo)
          const b = exposed(sampleAny(table, table + theirs + (n << RECORD_SHIFT), right, rightStride), rg, rw)
          blend(to + (n << 3), a, b, weights + (n << 3))
        }
      else if (!gathers)
        blendWarped(table + ours, left, leftStride, table + theirs, blocks, right, rightStride, weights, to, lg, lw, rg, rw)
      else
        for (let n: usize = 0; n < blocks; n++) {
          const a = exposed(sampleAny(table, table + ours + (n << RECORD_SHIFT), left, leftStride), lg, lw)
          const b = exposed(sampleAny(table, table + theirs + (n << RECORD_SHIFT), right, rightStride), rg, rw)
          blend(to + (n << 3), a, b, weights + (n << 3))
        }
    }
  }
}

/** The same with one picture alone (`isLeft` says which): where only the other one would be seen, the card is. It has the canvas' form. */
export function planeWithCard(
  table: usize,
  picture: usize,
  pictureStride: usize,
  isLeft: i32,
  card: usize,
  canvas: usize,
  stride: usize,
  gain: i32,
  offset: i32,
  fromRow: usize,
  toRow: usize,
): void {
  const g = i16x8.splat(<i16>gain)
  const o = i16x8.splat(<i16>offset)
  const w = i16x8.splat(<i16>warpedOffset(gain, offset))
  const isPlain = gain == NEUTRAL_GAIN && offset == NEUTRAL_OFFSET
  const warpKind = isLeft ? LEFT_WARP : RIGHT_WARP
  const copyKind = isLeft ? LEFT_COPY : RIGHT_COPY
  const place = isLeft ? RUN_LEFT : RUN_RIGHT
  const nobody = i16x8.splat(isLeft ? 64 : 0)
  for (let row = fromRow; row < toRow; row++) {
    let run = table + <usize>load<u32>(table + (row << ROW_SHIFT))
    const end = run + <usize>load<u32>(table + (row << ROW_SHIFT), 4) * RUN_BYTES
    for (; run < end; run += RUN_BYTES) {
      const kind = load<i32>(run)
      const at = row * stride + <usize>load<u32>(run, RUN_X)
      const to = canvas + at
      const blocks = <usize>load<u32>(run, RUN_BLOCKS)
      const from = load<i32>(run + place)
      if (kind == HOLE) memory.fill(to, load<u8>(run, RUN_VALUE), blocks)
      else if (kind == warpKind) warp(table, from, blocks, picture, pictureStride, to, g, w, load<i32>(run, RUN_GATHERS) != 0)
      else if (kind == copyKind) copy(picture + from, blocks, to, isPlain, g, o)
      else if (kind < BLEND_COPY) memory.copy(to, card + at, blocks << 3)
      else {
        const weights = table + <usize>load<u32>(run, RUN_WEIGHTS)
        const isCopy = isLeft && kind == BLEND_COPY
        for (let n: usize = 0; n < blocks; n++) {
          const shown = isCopy
            ? copied(picture + from + (n << 3), g, o)
            : exposed(sampleAny(table, table + from + (n << RECORD_SHIFT), picture, pictureStride), g, w)
          const isCard = i16x8.eq(v128.load8x8_u(weights + (n << 3)), nobody)
          put(to + (n << 3), v128.bitselect(v128.load8x8_u(card + at + (n << 3)), shown, isCard))
        }
      }
    }
  }
}

function warp(table: usize, from: i32, blocks: usize, picture: usize, stride: usize, to: usize, g: v128, o: v128, gathers: bool): void {
  let record = table + from
  const end = to + (blocks << 3)
  if (gathers) {
    for (; to < end; to += 8, record += RECORD_BYTES) put(to, exposed(sampleAny(table, record, picture, stride), g, o))
    return
  }
  const next = i8x16.splat(<i8>one)
  const whole = i8x16.splat(<i8>full)
  const split = i16x8.splat(<i16>mask)
  for (; to + 8 < end; to += 16, record += 2 * RECORD_BYTES) {
    const first = exposed(sample(record, picture, stride, next, whole, split), g, o)
    const second = exposed(sample(record + RECORD_BYTES, picture, stride, next, whole, split), g, o)
    v128.store(to, i8x16.narrow_i16x8_u(first, second))
  }
  if (to < end) put(to, exposed(sample(record, picture, stride, next, whole, split), g, o))
}

function blendCopied(
  from: usize,
  record: usize,
  blocks: usize,
  right: usize,
  rightStride: usize,
  weights: usize,
  to: usize,
  lg: v128,
  lo: v128,
  rg: v128,
  rw: v128,
): void {
  const next = i8x16.splat(<i8>one)
  const whole = i8x16.splat(<i8>full)
  const split = i16x8.splat(<i16>mask)
  const end = to + (blocks << 3)
  for (; to < end; to += 8, from += 8, weights += 8, record += RECORD_BYTES)
    blend(to, copied(from, lg, lo), exposed(sample(record, right, rightStride, next, whole, split), rg, rw), weights)
}

function blendWarped(
  ours: usize,
  left: usize,
  leftStride: usize,
  theirs: usize,
  blocks: usize,
  right: usize,
  rightStride: usize,
  weights: usize,
  to: usize,
  lg: v128,
  lw: v128,
  rg: v128,
  rw: v128,
): void {
  const next = i8x16.splat(<i8>one)
  const whole = i8x16.splat(<i8>full)
  const split = i16x8.splat(<i16>mask)
  const end = to + (blocks << 3)
  for (; to < end; to += 8, weights += 8, ours += RECORD_BYTES, theirs += RECORD_BYTES) {
    const a = exposed(sample(ours, left, leftStride, next, whole, split), lg, lw)
    const b = exposed(sample(theirs, right, rightStride, next, whole, split), rg, rw)
    blend(to, a, b, weights)
  }
}

function copy(from: usize, blocks: usize, to: usize, isPlain: bool, g: v128, o: v128): void {
  const end = to + (blocks << 3)
  if (isPlain) memory.copy(to, from, blocks << 3)
  else for (; to < end; to += 8, from += 8) put(to, copied(from, g, o))
}

/** Eight pixels that a record names, in 1/64 of a code value: between two columns first, then between two rows. */
// @ts-ignore: decorator
@inline
function sample(record: usize, picture: usize, stride: usize, next: v128, whole: v128, split: v128): v128 {
  const share = shares(v128.load64_zero(record, RECORD_SHARE_X), whole)
  const index = v128.load64_zero(record, RECORD_INDEX)
  const pairs = interleave(index, i8x16.add(index, next))
  const window = picture + load<i32>(record)
  let rows = i16x8.shl(v128.load8x8_u(record, RECORD_SHARE_Y), 8)
  let upper = across(pick(v128.load(window), pairs), share, split)
  let below = across(pick(v128.load(window + stride), pairs), share, split)
  if (load<i32>(record, RECORD_FORM) == THREE) {
    const isLower = i16x8.shr_s(rows, 15)
    rows = v128.andnot(rows, i16x8.shl(isLower, 15))
    const lowest = across(pick(v128.load(window + 2 * stride), pairs), share, split)
    upper = v128.bitselect(below, upper, isLower)
    below = v128.bitselect(lowest, below, isLower)
  }
  return between(upper, below, rows)
}

/** The same for a record of any form. */
function sampleAny(table: usize, record: usize, picture: usize, stride: usize): v128 {
  const whole = i8x16.splat(<i8>full)
  const split = i16x8.splat(<i16>mask)
  if (load<i32>(record, RECORD_FORM) != GATHER) return sample(record, picture, stride, i8x16.splat(<i8>one), whole, split)
  const places = table + <usize>load<u32>(record)
  const share = shares(v128.load64_zero(record, RECORD_SHARE_X), whole)
  const upper = across(gather(picture, places), share, split)
  const below = across(gather(picture + stride, places), share, split)
  return between(upper, below, i16x8.shl(v128.load8x8_u(record, RECORD_SHARE_Y), 8))
}

/** Two neighbours of each of eight pixels, wherever they are. */
// @ts-ignore: decorator
@inline
function gather(picture: usize, places: usize): v128 {
  let pairs = v128.load16_lane(picture + load<i32>(places), i16x8.splat(0), 0)
  pairs = v128.load16_lane(picture + load<i32>(places, 4), pairs, 1)
  pairs = v128.load16_lane(picture + load<i32>(places, 8), pairs, 2)
  pairs = v128.load16_lane(picture + load<i32>(places, 12), pairs, 3)
  pairs = v128.load16_lane(picture + load<i32>(places, 16), pairs, 4)
  pairs = v128.load16_lane(picture + load<i32>(places, 20), pairs, 5)
  pairs = v128.load16_lane(picture + load<i32>(places, 24), pairs, 6)
  return v128.load16_lane(picture + load<i32>(places, 28), pairs, 7)
}

/** The bytes of two vectors in turn. */
// @ts-ignore: decorator
@inline
function interleave(first: v128, second: v128): v128 {
  return i8x16.shuffle(first, second, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
}

// The neighbour beyond a window of sixteen has the share 0: what stands for it does not matter.
// @ts-ignore: decorator
@inline
function pick(row: v128, pairs: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? i8x16.relaxed_swizzle(row, pairs) : i8x16.swizzle(row, pairs)
}

/** The right neighbours' shares, 0 to 63, in the form that `across` takes. */
// @ts-ignore: decorator
@inline
function shares(columns: v128, whole: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? interleave(i8x16.sub(whole, columns), columns) : i16x8.extend_low_i8x16_u(columns)
}

/** Between two neighbours, in 1/64. Relaxed: both shares times bytes that are made signed, so that the sum lacks 128 * 64. */
// @ts-ignore: decorator
@inline
function across(pairs: v128, share: v128, split: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i16x8.relaxed_dot_i8x16_i7x16_s(v128.xor(pairs, split), share)
  const first = v128.and(pairs, split)
  return i16x8.add(i16x8.shl(first, 6), i16x8.mul(i16x8.sub(i16x8.shr_u(pairs, 8), first), share))
}

// @ts-ignore: decorator
@inline
function between(upper: v128, below: v128, rows: v128): v128 {
  return i16x8.add(upper, roundedProduct(i16x8.sub(below, upper), rows))
}

/** With what a relaxed sample lacks: a gain of whole quarters makes it a whole number. */
// @ts-ignore: decorator
@inline
function warpedOffset(gain: i32, offset: i32): i32 {
  return ASC_FEATURE_RELAXED_SIMD ? offset + (gain >> 2) : offset
}

// No operand is ever -32768, where alone the relaxed product may differ.
// @ts-ignore: decorator
@inline
function roundedProduct(a: v128, b: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? i16x8.relaxed_q15mulr_s(a, b) : i16x8.q15mulr_sat_s(a, b)
}

/** Code values from 1/64 of them. May lie outside 0 to 255: storing clamps. */
// @ts-ignore: decorator
@inline
function exposed(value: v128, gain: v128, offset: v128): v128 {
  return i16x8.shr_s(i16x8.add(roundedProduct(value, gain), offset), 5)
}

/** Eight whole pixels. */
// @ts-ignore: decorator
@inline
function copied(from: usize, gain: v128, offset: v128): v128 {
  return exposed(i16x8.shl(v128.load8x8_u(from), 6), gain, offset)
}

/** From the left pixels to the right ones by the weights, 0 to 64. */
// @ts-ignore: decorator
@inline
function blend(to: usize, left: v128, right: v128, weights: usize): void {
  const a = clamped(left)
  const step = i16x8.mul(i16x8.sub(clamped(right), a), v128.load8x8_u(weights))
  put(to, i16x8.add(a, i16x8.shr_s(i16x8.add(step, i16x8.splat(<i16>half)), 6)))
}

// @ts-ignore: decorator
@inline
function clamped(values: v128): v128 {
  return i16x8.extend_low_i8x16_u(i8x16.narrow_i16x8_u(values, values))
}

// @ts-ignore: decorator
@inline
function put(to: usize, values: v128): void {
  v128.store64_lane(to, i8x16.narrow_i16x8_u(values, values), 0)
}
