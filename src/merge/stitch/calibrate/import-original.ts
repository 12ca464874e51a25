// The original's calibration file (`homography_right_to_left.json`) as one of ours: its matrix and both sizes; the rest of it is told nowhere else.
// Never trusts it: a matrix that the gate would refuse for its shape is refused here.

import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import { EzrecError, errnoOf } from '../../../base/errors.ts'
import { parseCalibration, type Calibration } from '../calibration.ts'
import { scaled } from '../homography.ts'
import { overlapShareOf } from './overlap.ts'
import { shapeOf } from '../shape.ts'

const row = z.array(z.number()).length(3)
/** `[height, width]`, as numpy tells a picture's shape; a third number counts its colours. */
const shape = z.array(z.int()).min(2).max(3)

const originalSchema = z.object({ H: z.array(row).length(3), left_shape: shape, right_shape: shape })

/** A file of some megabytes is none. */
const mostBytes = 1 << 20

export type TakenOver = { readonly calibration: Calibration; readonly overlapShare: number }

/** Reads and judges one. Errors: invalid, with what is wrong. */
export async function readOriginal(file: string, madeAt: string): Promise<TakenOver> {
  const facts = await stat(file).catch((cause: unknown) => {
    throw unfit(file, errnoOf(cause) === 'ENOENT' ? 'there is no such file' : 'it cannot be opened', cause)
  })
  if (!facts.isFile()) throw unfit(file, 'it is no regular file')
  if (facts.size > mostBytes) throw unfit(file, 'it is too large for a calibration')
  return importOriginal(await readFile(file, 'utf8'), file, madeAt)
}

/** Errors: invalid, with what is wrong. Pure. */
export function importOriginal(text: string, file: string, madeAt: string): TakenOver {
  const read = originalSchema.safeParse(parseJson(text, file))
  if (!read.success) {
    const faults = read.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'the document'}: ${issue.message}`)
    throw unfit(file, faults.join('; '))
  }
  const { H, left_shape: left, right_shape: right } = read.data
  const [leftHeight = 0, leftWidth = 0, rightHeight = 0, rightWidth = 0] = [...left.slice(0, 2), ...right.slice(0, 2)]
  const ours = {
    version: 1,
    left: { width: leftWidth, height: leftHeight },
    right: { width: rightWidth, height: rightHeight },
    homography: scaled(H.flat()),
    madeAt,
    provenance: 'import',
  }
  const calibration = parseCalibration(JSON.stringify(ours), file)
  const found = shapeOf(calibration)
  if (found !== 'sound') throw unfit(file, `its matrix leaves the right picture ${found}`)
  const overlapShare = overlapShareOf({ homography: calibration.homography, k1: 0, k2: 0 }, calibration)
  if (overlapShare === 0) throw unfit(file, 'by its matrix the two pictures share nothing')
  return { calibration, overlapShare }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unfit(file, 'it is no JSON', cause)
  }
}

const unfit = (file: string, fault: string, cause?: unknown): EzrecError =>
  new EzrecError('invalid', `${file} cannot be taken over: ${fault}`, {
    hint: 'it should hold H, left_shape and right_shape; or make a new one: ./ezrec calibrate LEFT RIGHT --out FILE',
    facts: { path: file },
    cause,
  })
