// What our merge makes of the rigs that are not flat: costs, a picture to look at, and how far apart both images of somebody on the seam are.
// Never a target: parallax is the rig's.

import path from 'node:path'
import { EzrecError } from '../../src/base/errors.ts'
import { makeFolder } from '../../src/base/files.ts'
import { courtCalibration } from '../../src/capture/court/court-calibration.ts'
import { courtCamera } from '../../src/capture/court/court-camera.ts'
import type { Context, Point } from '../harness.ts'
import type { OurMerge } from '../our-merge.ts'
import { costOf, mustRun, round } from '../run-job.ts'
import { ghostsOnSeam } from './ghosts.ts'
import { ghostsInPictures } from './seen-ghosts.ts'
import { ensureRigFilms, rigFormat } from './rig-films.ts'

/** One point a rig; the picture is the middle frame, kept beside the films. */
export async function* rigPoints(seconds: number, ours: OurMerge, context: Context): AsyncGenerator<Point> {
  const { folder, cacheFolder, signal } = context
  const pictures = path.join(cacheFolder, 'lab', 'panorama', 'pictures')
  await makeFolder(pictures)
  for (const rig of ['real', 'opposite'] as const) {
    const { left, right, calibration } = await ensureRigFilms(rig, seconds, context)
    const out = path.join(folder, `${rig}.mp4`)
    const picture = path.join(pictures, `${rig}.png`)
    const name = calibration === undefined ? `rig ${rig}, side by side` : `rig ${rig}, panorama`
    try {
      const { output: _, ...cost } = await costOf(async () => {
        if (calibration === undefined) await ours.sideBySide({ left, right, out, preset: 'veryfast' })
        else await ours.panorama({ left, right, out, preset: 'veryfast', calibration })
        return { output: out }
      }, signal)
      await mustRun('ffmpeg', ['-v', 'error', '-nostdin', '-y', '-ss', String(seconds / 2), '-i', out, '-frames:v', '1', picture], signal)
      yield { name, faults: [], figures: { ...cost, picture, ...(calibration === undefined ? {} : realGhosts()) } }
    } catch (error) {
      if (!(error instanceof EzrecError) || error.code === 'canceled') throw error
      yield { name, faults: [`it could not be measured: ${error.message}`], figures: {} }
    }
  }
}

/** Heads of people who stand on the seam, by their distance in metres: as the rig's geometry tells, and as they stand in pictures that we stitched. */
function realGhosts(): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const cameras = { left: courtCamera('real', 'left', rigFormat), right: courtCamera('real', 'right', rigFormat) }
  const calibration = courtCalibration(rigFormat)
  const told = ghostsOnSeam(calibration, cameras, distances, headHeight)
  const seen = ghostsInPictures(calibration, cameras, distances, headHeight)
  const by = (of: readonly (readonly [number, number])[]) => Object.fromEntries(of.map(([distance, px]) => [`${distance} m`, round(px)]))
  return {
    apartOnSeamPx: by(told.map(({ distance, apartPx }) => [distance, apartPx])),
    seenApartPx: by(seen.map(({ distance, apartPx }) => [distance, apartPx])),
    fainterShare: by(seen.map(({ distance, fainterShare }) => [distance, fainterShare])),
  }
}

const distances = [5, 10, 20, 40] as const
const headHeight = 1.8
