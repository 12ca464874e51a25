// ISO base media boxes: found, read and made. Source: ISO/IEC 14496-12.
// Never reads past what a box says of itself, nor past the buffer.

import { EzrecError } from '../base/errors.ts'

/** `body` is what follows the box's header; `whole` includes it. Both are views. */
export type Box = { readonly type: string; readonly start: number; readonly body: Buffer; readonly whole: Buffer }

/** The boxes that stand one after the other in a buffer. Errors: media_unreadable when a size does not fit. */
export function boxesIn(buffer: Buffer): Box[] {
  const found: Box[] = []
  for (let start = 0; start < buffer.length;) {
    const size = boxSize(buffer, start)
    if (size === undefined || size.bytes < size.header || start + size.bytes > buffer.length)
      throw damaged('a box is longer than what holds it')
    found.push({
      type: buffer.toString('latin1', start + 4, start + 8),
      start,
      body: buffer.subarray(start + size.header, start + size.bytes),
      whole: buffer.subarray(start, start + size.bytes),
    })
    start += size.bytes
  }
  return found
}

/** Bytes of the box that begins at `start`, header included; `undefined` while its header is not all there. */
export function boxSize(buffer: Buffer, start: number): { readonly header: number; readonly bytes: number } | undefined {
  if (start + 8 > buffer.length) return undefined
  const small = buffer.readUInt32BE(start)
  if (small !== 1) return { header: 8, bytes: small }
  if (start + 16 > buffer.length) return undefined
  const large = buffer.readBigUInt64BE(start + 8)
  if (large > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged('a box says it is larger than any file')
  return { header: 16, bytes: Number(large) }
}

/** An unsigned 32-bit field of a box's body. Errors: media_unreadable when the body ends before it. */
export function readU32(body: Buffer, at: number): number {
  if (at + 4 > body.length) throw damaged('a box ends in the middle of its fields')
  return body.readUInt32BE(at)
}

/** The first box of that type. Errors: media_unreadable. */
export function boxNamed(boxes: readonly Box[], type: string): Box {
  const found = boxes.find((box) => box.type === type)
  if (!found) throw damaged(`there is no ${type} box`)
  return found
}

/** The box at the end of a path of types, e.g. `moov`, `trak`, `mdia`. */
export function boxAt(buffer: Buffer, ...types: readonly string[]): Box {
  const [first, ...rest] = types
  const box = boxNamed(boxesIn(buffer), first ?? '')
  return rest.length === 0 ? box : boxAt(box.body, ...rest)
}

/** A box of this type around its contents. */
export function makeBox(type: string, ...contents: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt32BE(8 + contents.reduce((sum, part) => sum + part.length, 0))
  header.write(type, 4, 'latin1')
  return Buffer.concat([header, ...contents])
}

/** A box that begins with a version and 24 flag bits. */
export const makeFullBox = (type: string, version: number, ...contents: readonly Buffer[]): Buffer =>
  makeBox(type, u32(version << 24), ...contents)

export function u32(...values: readonly number[]): Buffer {
  const buffer = Buffer.allocUnsafe(4 * values.length)
  for (const [n, value] of values.entries()) buffer.writeUInt32BE(value >>> 0, 4 * n)
  return buffer
}

export function u64(value: number): Buffer {
  const buffer = Buffer.allocUnsafe(8)
  buffer.writeBigUInt64BE(BigInt(value))
  return buffer
}

export const damaged = (what: string): EzrecError =>
  new EzrecError('media_unreadable', `this is no film of ours: ${what}`, { hint: 'the chunk is made again from the segments' })
