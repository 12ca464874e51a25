// The calibrations of a home's rig: one file each, named after the instant when it was made, and the current one beside them.
// An earlier one is never overwritten. A crash leaves the old current one or the new one.

import { link, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { EzrecError, errnoOf } from '../../base/errors.ts'
import { fileError, makeFolder, readIfPresent, syncFolder, unfinishedName, writeDurably } from '../../base/files.ts'
import { parseCalibration, type Calibration } from './calibration.ts'

const currentFile = 'current.json'
/** A calibration is a few kilobytes. */
const mostBytes = 1 << 20
const dated = /^\d{8}T\d{9}Z(-\d+)?\.json$/

/** `<home>/calibration/<rig>`. */
export const calibrationFolder = (home: string, rigId: string): string => path.join(home, 'calibration', rigId)

/** The rig's current calibration, or `undefined` when it has none. Errors: invalid, when the file is damaged. */
export async function readRigCalibration(home: string, rigId: string): Promise<Calibration | undefined> {
  const file = path.join(calibrationFolder(home, rigId), currentFile)
  const facts = await stat(file).catch(() => undefined)
  if (facts && facts.size > mostBytes)
    throw new EzrecError('invalid', `${file} is too large for a calibration`, { hint: 'calibrate the rig again: ./ezrec calibrate' })
  const text = await readIfPresent(file)
  return text === undefined ? undefined : parseCalibration(text, file)
}

/** Keeps it under its date and makes it the current one; tells the dated file. Errors: disk_full, forbidden. */
export async function installCalibration(home: string, rigId: string, calibration: Calibration, madeAt: string): Promise<string> {
  const folder = calibrationFolder(home, rigId)
  await makeFolder(folder)
  const text = `${JSON.stringify(calibration, undefined, 2)}\n`
  const kept = await keepDated(folder, madeAt.replaceAll(/[-:.]/g, ''), text)
  await writeDurably(path.join(folder, currentFile), text)
  return kept
}

/** All dated files of a rig, oldest first. */
export async function listCalibrations(home: string, rigId: string): Promise<readonly string[]> {
  const folder = calibrationFolder(home, rigId)
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return []
    throw fileError(error, folder)
  })
  return names
    .filter((name) => dated.test(name))
    .toSorted()
    .map((name) => path.join(folder, name))
}

/** Two of one millisecond are told apart by a number. */
async function keepDated(folder: string, date: string, text: string): Promise<string> {
  const written = unfinishedName(path.join(folder, date))
  await writeDurably(written, text)
  try {
    for (let n = 1; n < 100; n += 1) {
      const file = path.join(folder, `${date}${n === 1 ? '' : `-${n}`}.json`)
      const isOurs = await link(written, file).then(
        () => true,
        (error: unknown) => {
          if (errnoOf(error) === 'EEXIST') return false
          throw fileError(error, file)
        },
      )
      if (!isOurs) continue
      await syncFolder(folder)
      return file
    }
  } finally {
    await rm(written, { force: true })
  }
  throw new EzrecError('conflict', `${folder} holds too many calibrations of ${date}`, { hint: 'see what makes them' })
}
