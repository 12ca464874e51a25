// Left beside right, nothing scaled, nothing lost. Pure: copies rows.
// Never blends, crops or waits.

import { planesOf, type PictureSize } from '../picture.ts'
import type { Layout } from './canvas.ts'

export function sideBySide(camera: PictureSize): Layout {
  const canvas: PictureSize = { width: camera.width * 2, height: camera.height }
  const from = planesOf(camera)
  const to = planesOf(canvas)
  return {
    name: 'side-by-side',
    canvas,
    compose: ({ left, right }, out) => {
      for (const [n, plane] of from.entries()) {
        const target = to[n]
        if (!target) continue
        for (let row = 0; row < plane.rows; row += 1) {
          const start = plane.offset + row * plane.stride
          const at = target.offset + row * target.stride
          left.copy(out, at, start, start + plane.stride)
          right.copy(out, at + plane.stride, start, start + plane.stride)
        }
      }
    },
  }
}
