// What is above the stands: the sky and the far stand's roof with its lamps.
// Never moves; the light's slow change is the frame's affair.

import type { Backdrop } from './backdrop.ts'
import { mix } from './colour.ts'
import { valueNoise } from './random.ts'
import type { Polygon } from './shape.ts'

export function paintSky(backdrop: Backdrop): void {
  const { view } = backdrop
  for (let y = 0; y < view.height; y += 1)
    for (let x = 0; x < view.width; x += 1) {
      const [u, v] = view.toPlane(x + 0.5, y + 0.5)
      const cloud = 0.6 * valueNoise(u / 300, v / 70, 21) + 0.4 * valueNoise(u / 90, v / 30, 22)
      backdrop.set(
        x,
        y,
        mix(mix([120, 168, 214], [196, 216, 232], Math.max(0, Math.min(1, (v + 95) / 330))), [244, 246, 248], Math.max(0, cloud)),
      )
    }
}

export function paintRoof({ view, paint }: Backdrop): void {
  const sheet = (points: readonly (readonly [number, number, number])[]): Polygon => points.flatMap(([x, y, z]) => view.project(x, y, z))
  paint(
    [
      sheet([
        [-124, 29, 143],
        [124, 29, 143],
        [124, 23.6, 143],
        [-124, 23.6, 143],
      ]),
    ],
    [44, 48, 56],
  )
  paint(
    [
      sheet([
        [-114, 27.6, 112],
        [114, 27.6, 112],
        [124, 29, 143],
        [-124, 29, 143],
      ]),
    ],
    [58, 62, 70],
  )
  paint(
    [
      sheet([
        [-114, 29.2, 111],
        [114, 29.2, 111],
        [114, 27.4, 111],
        [-114, 27.4, 111],
      ]),
    ],
    [214, 218, 222],
  )
  for (let x = -100; x <= 100; x += 20) {
    paint(
      [
        sheet([
          [x - 0.25, 27.5, 113],
          [x + 0.25, 27.5, 113],
          [x + 0.25, 24, 142],
          [x - 0.25, 24, 142],
        ]),
      ],
      [120, 126, 134],
    )
    for (let n = 0; n < 5; n += 1)
      paint(
        [
          sheet([
            [x + 8 + n * 0.9, 27.2, 111],
            [x + 8.6 + n * 0.9, 27.2, 111],
            [x + 8.6 + n * 0.9, 26.6, 111],
            [x + 8 + n * 0.9, 26.6, 111],
          ]),
        ],
        [255, 252, 236],
      )
  }
}
