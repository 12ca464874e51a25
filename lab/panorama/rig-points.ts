// What our merge makes of the rigs that are not flat: costs and a picture to look at, without a target.
// Never judged by a figure: what parallax costs at a seam is for eyes.

import path from 'node:path'
import { EzrecError } from '../../src/base/errors.ts'
import { makeFolder } from '../../src/base/files.ts'
import type { Context, Point } from '../harness.ts'
import type { OurMerge } from '../our-merge.ts'
import { costOf, mustRun } from '../run-job.ts'
import { ensureRigFilms } from './rig-films.ts'

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
      yield { name, faults: [], figures: { ...cost, picture } }
    } catch (error) {
      if (!(error instanceof EzrecError) || error.code === 'canceled') throw error
      yield { name, faults: [`it could not be measured: ${error.message}`], figures: {} }
    }
  }
}
