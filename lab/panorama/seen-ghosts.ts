// How far apart both images of one thing on the seam are in pictures that our stitcher made: a lamp is drawn as each camera of the rig shows it, both
// pictures are stitched, and the two lights are looked for on the canvas. Never asks the calibration where they ought to be.

import { openPanorama } from '../../src/merge/layouts/panorama.ts'
import { pictureBytes, type PictureSize } from '../../src/merge/picture.ts'
import type { Calibration } from '../../src/merge/stitch/calibration.ts'
import { placeIn, pointsOnSeam, type Place, type RigCameras } from './ghosts.ts'

export type SeenGhost = {
  /** From the cameras' mast along the ground, metres. */
  readonly distance: number
  /** Canvas pixels between the middles of both lights. */
  readonly apartPx: number
  /** How much of the light is the fainter image's: a half where both are seen alike, nothing where one camera alone is shown. */
  readonly fainterShare: number
}

const sides = ['left', 'right'] as const

/** Of each distance a lamp on the seam at that height; one that is in no picture there, or is not seen twice, is left out. */
export function ghostsInPictures(calibration: Calibration, cameras: RigCameras, distances: readonly number[], height: number): SeenGhost[] {
  const panorama = openPanorama(calibration)
  const out = Buffer.alloc(pictureBytes(panorama.canvas))
  const stitched = (left: Buffer, right: Buffer): Buffer => {
    panorama.compose({ left, right }, out)
    return Buffer.from(out.subarray(0, panorama.canvas.width * panorama.canvas.height))
  }
  const dark = { left: pictureOf(calibration.left), right: pictureOf(calibration.right) }
  const ground = stitched(dark.left, dark.right)
  return pointsOnSeam(calibration, cameras, distances, height).flatMap(({ distance, point }) => {
    const [left, right] = sides.map((side) => {
      const lit = { ...dark, [side]: pictureOf(calibration[side], placeIn(cameras[side], point)) }
      return lightIn(stitched(lit.left, lit.right), ground, panorama.canvas.width)
    })
    if (!left || !right) return []
    const apartPx = Math.hypot(left.at.x - right.at.x, left.at.y - right.at.y)
    return [{ distance, apartPx, fainterShare: Math.min(left.light, right.light) / (left.light + right.light) }]
  })
}

/** Of a lamp's light, in pixels: as wide as a lens would make it. */
const lampSigmaPx = 1.5
const [black, ground, brightest] = [16, 60, 170]

/** A dark picture, with a lamp at a place. */
function pictureOf({ width, height }: PictureSize, lamp?: Place): Buffer {
  const picture = Buffer.alloc(pictureBytes({ width, height }), 128).fill(black + ground, 0, width * height)
  if (!lamp) return picture
  for (let y = Math.floor(lamp.y) - 8; y <= lamp.y + 8; y += 1)
    for (let x = Math.floor(lamp.x) - 8; x <= lamp.x + 8; x += 1) {
      if (x < 0 || y < 0 || x >= width || y >= height) continue
      const off = ((x - lamp.x) ** 2 + (y - lamp.y) ** 2) / (2 * lampSigmaPx ** 2)
      picture[y * width + x] = black + ground + Math.round((brightest - ground) * Math.exp(-off))
    }
  return picture
}

/** The middle of what is brighter than the ground, and how much it is; `undefined` for none. */
function lightIn(luma: Buffer, dark: Buffer, width: number): { readonly at: Place; readonly light: number } | undefined {
  let [light, x, y] = [0, 0, 0]
  for (const [n, value] of luma.entries()) {
    const more = value - (dark[n] ?? 0)
    if (more <= 0) continue
    light += more
    x += more * (n % width)
    y += more * Math.floor(n / width)
  }
  return light < 100 ? undefined : { at: { x: x / light, y: y / light }, light }
}
