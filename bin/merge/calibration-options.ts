// The options that say by which calibration, and in which window, a panorama is drawn.
// Never judges whether the pictures fit it: that is known when they are read.

import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { EzrecError } from '../../src/base/errors.ts'
import { fileError } from '../../src/base/files.ts'
import { spelledOut, type FilmCalibration } from '../../src/merge/film-calibration.ts'
import { calibrationSchema, parseCalibration } from '../../src/merge/stitch/calibration.ts'
import { assertDrawable } from '../../src/merge/stitch/drawable.ts'
import { geometryOf } from '../../src/merge/stitch/stitch-geometry.ts'

export const calibrationOptions = { calibration: z.string().min(1).max(4_096).optional(), canvas: z.string().max(64).optional() }

/** A calibration file is a few kilobytes. */
const mostBytes = 1 << 20

/** The calibration, its canvas and seam spelled out; `undefined` when none is given. Errors: invalid, not_found. */
export async function readFilmCalibration({
  calibration,
  canvas,
}: {
  readonly calibration?: string | undefined
  readonly canvas?: string | undefined
}): Promise<FilmCalibration | undefined> {
  if (calibration === undefined) {
    if (canvas === undefined) return undefined
    throw new EzrecError('invalid', '--canvas is a window of a calibration', { hint: 'give --calibration FILE as well' })
  }
  const file = path.resolve(calibration)
  const text = await readBounded(file)
  const read = parseCalibration(text, file)
  const whole = spelledOut(canvas === undefined ? read : withCanvas(read, canvas))
  assertDrawable(whole, geometryOf(whole))
  return whole
}

async function readBounded(file: string): Promise<string> {
  try {
    const facts = await stat(file)
    if (!facts.isFile() || facts.size > mostBytes)
      throw new EzrecError('invalid', `${file} is no calibration`, {
        hint: 'name a file that ./ezrec calibrate made',
        facts: { path: file },
      })
    return await readFile(file, 'utf8')
  } catch (error) {
    throw error instanceof EzrecError ? error : fileError(error, file)
  }
}

/** Another window has another seam, unless it is of the left picture's own plane. */
function withCanvas(calibration: FilmCalibration | ReturnType<typeof parseCalibration>, text: string): ReturnType<typeof parseCalibration> {
  const numbers = /^(-?\d{1,5}),(-?\d{1,5}),(\d{1,5}),(\d{1,5})$/.exec(text)?.slice(1).map(Number)
  const [x = 0, y = 0, width = 0, height = 0] = numbers ?? []
  const read = calibrationSchema.shape.canvas.safeParse(numbers && { x, y, width, height })
  if (!read.success || !read.data)
    throw new EzrecError('invalid', `--canvas ${text.slice(0, 64)} is no window`, {
      hint: 'four numbers: x,y,width,height, the size even and from 16 to 8192, for example --canvas 0,0,3392,1080',
    })
  const { seam: _seam, ...rest } = calibration
  return { ...rest, canvas: read.data }
}
