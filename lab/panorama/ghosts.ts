// How far apart a stitch shows the two images of one thing that stands on the seam: what parallax costs, from the rig's own geometry. Pure.
// Never looks at a picture: what a blend makes of two images is for eyes, how far apart they are is not.

import type { CourtCamera } from '../../src/capture/court/court-camera.ts'
import type { Calibration } from '../../src/merge/stitch/calibration.ts'
import { seamLine } from '../../src/merge/stitch/seam.ts'
import { geometryOf } from '../../src/merge/stitch/stitch-geometry.ts'
import type { WarpMap } from '../../src/merge/stitch/warp-map.ts'

export type Ghost = {
  /** From the cameras' mast along the ground, and above it; metres. */
  readonly distance: number
  readonly height: number
  /** Canvas pixels between what the left and what the right camera shows of it. */
  readonly apartPx: number
}

/** Of each distance the point on the seam at that height; one that is in no picture there is left out. */
export function ghostsOnSeam(
  calibration: Calibration,
  cameras: Readonly<Record<'left' | 'right', Pick<CourtCamera, 'pose' | 'ray' | 'toIdeal' | 'bend'>>>,
  distances: readonly number[],
  height: number,
): Ghost[] {
  const { maps, seam, canvas } = geometryOf(calibration)
  const seamX = seamLine(seam)
  const { left, right } = cameras
  const onSeam = Array.from({ length: canvas.height }, (_, y) => {
    const from = maps.left(seamX(y), y)
    const ray = from && left.ray(from.x + 0.5, from.y + 0.5)
    if (!ray || ray[1] >= 0) return []
    const [x, up, z] = left.pose.at
    const far = (height - up) / ray[1]
    const point = [x + far * ray[0], height, z + far * ray[2]] as const
    return [{ y, point, distance: Math.hypot(point[0], point[2]) }]
  }).flat()
  return distances.flatMap((distance) => {
    const off = (each: { readonly distance: number }): number => Math.abs(each.distance / distance - 1)
    const near = onSeam.reduce<(typeof onSeam)[number] | undefined>(
      (best, each) => (best && off(best) <= off(each) ? best : each),
      undefined,
    )
    const ideal = near && off(near) < 0.05 ? right.toIdeal(near.point) : undefined
    if (!near || !ideal) return []
    const [x, y] = right.bend(ideal[0], ideal[1])
    const shown = shownAt(maps.right, { x: x - 0.5, y: y - 0.5 }, { x: seamX(near.y), y: near.y })
    return shown ? [{ distance, height, apartPx: Math.hypot(shown.x - seamX(near.y), shown.y - near.y) }] : []
  })
}

type Place = { readonly x: number; readonly y: number }

/** Where on the canvas a map shows a place of its picture: Newton's method from `start`; `undefined` where it leaves the picture. */
function shownAt(map: WarpMap, wanted: Place, start: Place): Place | undefined {
  let { x, y } = start
  for (let n = 0; n < 20; n += 1) {
    const [at, across, down] = [map(x, y), map(x + 1, y), map(x, y + 1)]
    if (!at || !across || !down) return undefined
    const [a, b, c, d] = [across.x - at.x, down.x - at.x, across.y - at.y, down.y - at.y]
    const [u, v] = [wanted.x - at.x, wanted.y - at.y]
    const step = { x: (d * u - b * v) / (a * d - b * c), y: (a * v - c * u) / (a * d - b * c) }
    x += step.x
    y += step.y
    if (Math.hypot(step.x, step.y) < 1e-6) break
  }
  return { x, y }
}
