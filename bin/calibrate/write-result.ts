// Where a calibration goes: to a file that is named, or to the rig's own folder. And its picture, where one is asked for.
// Never replaces a file that is there, unless told to, and never an earlier calibration of the rig.

import { existsSync } from 'node:fs'
import path from 'node:path'
import { EzrecError } from '../../src/base/errors.ts'
import { makeFolder, writeDurably } from '../../src/base/files.ts'
import type { Calibration } from '../../src/merge/stitch/calibration.ts'
import { calibrationFolder, installCalibration } from '../../src/merge/stitch/rig-calibration.ts'

export type CalibrationTarget = { readonly out: string | undefined; readonly home: string; readonly rigId: string }

/** Before anything is computed. Errors: conflict. */
export function assertFree(files: readonly (string | undefined)[], force: boolean): void {
  for (const file of files)
    if (file !== undefined && !force && existsSync(file))
      throw new EzrecError('conflict', `${file} is there already`, {
        hint: 'choose another name, or give --force to replace it',
        facts: { path: file },
      })
}

/** Tells the file that holds it now. Errors: disk_full, forbidden. */
export async function writeCalibration(calibration: Calibration, madeAt: string, { out, home, rigId }: CalibrationTarget): Promise<string> {
  if (out === undefined) {
    await installCalibration(home, rigId, calibration, madeAt)
    return path.join(calibrationFolder(home, rigId), 'current.json')
  }
  await makeFolder(path.dirname(out))
  await writeDurably(out, `${JSON.stringify(calibration, undefined, 2)}\n`)
  return out
}
