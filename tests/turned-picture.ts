// Where a turned picture's pixels were before the turn: written out, so that no filter's word is believed for its direction.
// Never turns colours: luma is enough to read a mark.

import type { Rotation } from '../config/picture-words.ts'

export type Luma = { readonly data: Uint8Array; readonly width: number; readonly height: number }

/** The picture as the camera gave it, of one that was turned clockwise by so many degrees. */
export function turnBack({ data, width, height }: Luma, rotation: Rotation): Luma {
  const upright = rotation % 180 === 0 ? { width, height } : { width: height, height: width }
  const before = Buffer.alloc(width * height)
  for (let y = 0; y < upright.height; y += 1)
    for (let x = 0; x < upright.width; x += 1) {
      const [atX, atY] = turned(x, y, upright, rotation)
      before[y * upright.width + x] = data[atY * width + atX] ?? 0
    }
  return { data: before, ...upright }
}

/** A rectangle of a picture. */
export function cut({ data, width }: Luma, x: number, y: number, size: { readonly width: number; readonly height: number }): Luma {
  const rows = Array.from({ length: size.height }, (_, row) => data.subarray((y + row) * width + x, (y + row) * width + x + size.width))
  return { data: Buffer.concat(rows), ...size }
}

/** Where a pixel goes: clockwise, its column becomes a row. */
function turned(x: number, y: number, { width, height }: { width: number; height: number }, rotation: Rotation): readonly [number, number] {
  if (rotation === 90) return [height - 1 - y, x]
  if (rotation === 180) return [width - 1 - x, height - 1 - y]
  return rotation === 270 ? [y, width - 1 - x] : [x, y]
}
