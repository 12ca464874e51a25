// Goals with their nets, and the corner flags.
// Never moves.

import type { Backdrop } from './backdrop.ts'
import { field } from './ground-plan.ts'
import type { Polygon } from './shape.ts'

export function paintGoals({ view, paint }: Backdrop): void {
  for (const side of [-1, 1] as const) {
    const x = side * field.halfLength
    const [near, far] = [field.middle - 3.9, field.middle + 3.9]
    const beam = (a: readonly [number, number, number], b: readonly [number, number, number], width: number): Polygon => {
      const [[x0, y0], [x1, y1]] = [view.project(...a), view.project(...b)]
      const length = Math.hypot(x1 - x0, y1 - y0)
      const half = (width * view.height) / 1080 / 2
      const [nx, ny] = [((y1 - y0) / length) * half, ((x0 - x1) / length) * half]
      return [x0 + nx, y0 + ny, x1 + nx, y1 + ny, x1 - nx, y1 - ny, x0 - nx, y0 - ny]
    }
    const depth = x + side * 2
    const net: Polygon[] = []
    for (let n = 0; n <= 16; n += 1) {
      const z = near + ((far - near) * n) / 16
      net.push(beam([depth, 0, z], [depth, 2, z], 1), beam([x, 2.7, z], [depth, 2, z], 1))
    }
    for (let n = 0; n <= 5; n += 1) {
      net.push(beam([depth, n * 0.4, near], [depth, n * 0.4, far], 1))
      for (const z of [near, far]) net.push(beam([x, n * 0.54, z], [depth, n * 0.4, z], 1))
    }
    paint(net, [230, 234, 238], 0.45)
    paint(
      [beam([x, 0, near], [x, 2.7, near], 4), beam([x, 0, far], [x, 2.7, far], 3.2), beam([x, 2.7, near], [x, 2.7, far], 3.6)],
      [250, 250, 250],
    )
    for (const z of [field.near, field.far]) {
      paint([beam([x, 0, z], [x, 1.7, z], 2)], [240, 220, 90])
      paint([[...view.project(x, 1.75, z), ...view.project(x + 0.8, 1.5, z), ...view.project(x, 1.2, z)]], [216, 52, 44])
    }
  }
}
