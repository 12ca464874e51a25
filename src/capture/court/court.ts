// The simulated courts as one camera sees them: any scene frame as yuv420p bytes, the same on every machine.
// Never keeps time: which frame is shown when is the camera's affair.

import { openCanvas } from '../pitch/backdrop.ts'
import { yuvOf } from '../pitch/colour.ts'
import { pitchFrames, type Pitch } from '../pitch/pitch.ts'
import type { RigFormat, Side } from '../pitch/rig-format.ts'
import { courtCamera, type CourtCamera, type CourtRig } from './court-camera.ts'
import { openCourtPainter, type CourtScene, type Veil } from './court-frame.ts'
import { fiveASide, paintFiveASide } from './five-a-side.ts'
import { footballAt } from './football-play.ts'
import { openPainter } from './outlines.ts'
import { net, padel, paintPadel } from './padel.ts'
import { padelAt } from './padel-play.ts'
import { paintScenery, type Sheet } from './sheets.ts'

export function openCourt(rig: CourtRig, side: Side, format: RigFormat): Pitch {
  const camera = courtCamera(rig, side, format)
  const canvas = openCanvas(camera)
  paintScenery(canvas, camera, rig === 'real' ? fiveASide : padel)
  const painter = openPainter(camera, canvas.paint)
  if (rig === 'real') paintFiveASide(painter)
  else paintPadel(painter)
  const backdrop = canvas.picture()
  const scene: CourtScene =
    rig === 'real' ? { backdrop, bodiesAt: footballAt, veil: undefined } : { backdrop, bodiesAt: padelAt, veil: veilOf(net, camera) }
  const frames = pitchFrames(format)
  const paintFrame = openCourtPainter(side, format, camera, scene)
  return { frames, backdrop, picture: (sceneFrame) => paintFrame(sceneFrame, frames) }
}

/** A sheet that is laid over a finished picture: what it adds to each byte, and how much of the byte it leaves. */
function veilOf(sheet: Sheet, camera: CourtCamera): Veil {
  const { width, height } = camera
  const light = new Float32Array((width * height * 3) / 2)
  const left = new Float32Array(light.length).fill(1)
  const touched: number[] = []
  const note = (at: number, value: number, alpha: number): void => {
    if ((left[at] ?? 1) === 1 && alpha > 0) touched.push(at)
    light[at] = (light[at] ?? 0) + value * alpha
    left[at] = (left[at] ?? 1) - alpha
  }
  const side = 4
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      for (let n = 0; n < side * side; n += 1) {
        const direction = camera.ray(x + ((n % side) + 0.5) / side, y + (Math.floor(n / side) + 0.5) / side)
        const depth = (sheet.at - camera.pose.at[2]) / direction[2]
        if (!(depth > 0 && depth < 100)) continue
        const shown = sheet.show(
          camera.pose.at[0] + direction[0] * depth,
          camera.pose.at[1] + direction[1] * depth,
          depth / camera.lens.focalPx,
        )
        if (shown === undefined) continue
        const [luma, blue, red] = yuvOf(shown.colour, camera.exposure)
        const alpha = shown.alpha / (side * side)
        const chroma = width * height + (y >> 1) * (width / 2) + (x >> 1)
        note(y * width + x, luma, alpha)
        note(chroma, blue, alpha / 4)
        note(chroma + (width * height) / 4, red, alpha / 4)
      }
  return {
    z: sheet.at,
    draw: (picture) => {
      for (const at of touched) picture[at] = Math.round((picture[at] ?? 0) * (left[at] ?? 1) + (light[at] ?? 0))
    },
  }
}
