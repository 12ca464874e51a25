// How far apart a stitch shows the two images of one thing that stands on the seam: what parallax costs, from the rig's own geometry. Pure.
// Never looks at a picture: seen-ghosts.ts does.

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

export type RigCameras = Readonly<Record<'left' | 'right', Pick<CourtCamera, 'pose' | 'ray' | 'toIdeal' | 'bend'>>>

/** Of each distance the point on the seam at that height; one that is in no picture there is left out. */
export function ghostsOnSeam(calibration: Calibration, cameras: RigCameras, distances: readonly number[], height: number): Ghost[] {
  const { maps } = geometryOf(calibration)
  return pointsOnSeam(calibration, cameras, distances, height).flatMap(({ distance, point, at }) => {
    const place = placeIn(cameras.right, point)
    const shown = place && shownAt(maps.right, place, at)
    return shown ? [{ distance, height, apartPx: Math.hypot(shown.x - at.x, shown.y - at.y) }] : []
  })
}

/** What stands on the seam at a height: in the world, and on the canvas as the left camera shows it. */
export type OnSeam = { readonly distance: number; readonly point: readonly [number, number, number]; readonly at: Place }

export function pointsOnSeam(
  calibration: Calibration,
  { left }: RigCameras,
  distances: readonly number[],
  height: number,
): readonly OnSeam[] {
  const { maps, seam, canvas } = geometryOf(calibration)
  const seamX = seamLine(seam)
  const onSeam = Array.from({ length: canvas.height }, (_, y) => {
    const from = maps.left(seamX(y), y)
    const ray = from && left.ray(from.x + 0.5, from.y + 0.5)
    if (!ray || ray[1] >= 0) return []
    const [x, up, z] = left.pose.at
    const far = (height - up) / ray[1]
    const point = [x + far * ray[0], height, z + far * ray[2]] as const
    return [{ at: { x: seamX(y), y }, point, distance: Math.hypot(point[0], point[2]) }]
  }).flat()
  return distances.flatMap((distance) => {
    const off = (each: { readonly distance: number }): number => Math.abs(each.distance / distance - 1)
    const near = onSeam.reduce<(typeof onSeam)[number] | undefined>(
      (best, each) => (best && off(best) <= off(each) ? best : each),
      undefined,
    )
    return near && off(near) < 0.05 ? [{ ...near, distance }] : []
  })
}

/** Where a camera shows a point, pixel centres at whole numbers; `undefined` behind it. */
export function placeIn({ toIdeal, bend }: Pick<CourtCamera, 'toIdeal' | 'bend'>, point: OnSeam['point']): Place | undefined {
  const ideal = toIdeal(point)
  if (!ideal) return undefined
  const [x, y] = bend(ideal[0], ideal[1])
  return { x: x - 0.5, y: y - 0.5 }
}

export type Place = { readonly x: number; readonly y: number }

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
