// The simulated ground in metres, and the plane in which both cameras see it.
// Origin: below the cameras; x to the right along the near touchline, y up, z away from the cameras.

import type { Point } from './homography.ts'

/** The pitch: 90 by 60 m, its near touchline 43 m from the cameras, which stand 20 m high. */
export const field = { halfLength: 45, near: 43, far: 103, middle: 73 } as const
export const cameraHeight = 20

/** The scene plane is the picture of the left camera at 1920x1080, continued to the right; the cameras turn about one point, so all
 *  that they see, and not only the ground, goes from one picture to the other by one homography. */
const focal = 1615
const centreX = 1696
const horizonY = 234

/** Where a point of the world lies in the scene plane, in pixels of the left picture at 1920x1080. */
export const toPlane = (x: number, y: number, z: number): Point => [centreX + (focal * x) / z, horizonY + (focal * (cameraHeight - y)) / z]

/** The ground point seen at a place of the scene plane, or `undefined` above the horizon. */
export function groundAt(u: number, v: number): { readonly x: number; readonly z: number } | undefined {
  if (v <= horizonY + 1) return undefined
  const z = (focal * cameraHeight) / (v - horizonY)
  return { x: ((u - centreX) * z) / focal, z }
}

/** Metres of ground, in depth, under one pixel of the scene plane at distance `z`. */
export const groundPerPixel = (z: number): number => (z * z) / (focal * cameraHeight)
