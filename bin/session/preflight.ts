// What must hold before anything is started: a home that can be written, room on the disk, an ffmpeg that can do the work.
// Read-only but for the home folder itself; every refusal names the fault and the mend.

import { access, constants } from 'node:fs/promises'
import type { Settings } from '../../config/settings.ts'
import { ratesOf } from '../../src/app.ts'
import { assertFfmpeg } from '../../src/adapters/ffmpeg-version.ts'
import { assertDisks } from '../../src/adapters/media-disks.ts'
import { mediaFolders } from '../../src/app.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { fileError, freeBytes, makeFolder } from '../../src/base/files.ts'
import { bytesPerHour, reservedBytes } from '../../src/capture/disk-forecast.ts'
import { lookAtPlaces, placeFaults } from '../../src/system/places.ts'

export type PreflightOptions = {
  readonly mountsFile?: string
  /** What keeps films from being made, but not from being filmed, is said and not thrown: footage comes first. */
  readonly warn?: (line: string) => void
}

/** Errors: not_found (a disk that is not mounted), forbidden, disk_full, program_missing. */
export async function preflight(settings: Settings, seconds: number, { mountsFile, warn }: PreflightOptions = {}): Promise<void> {
  const { paths } = settings
  await assertDisks(paths.home, warn ? [paths.takes] : mediaFolders(paths))
  const faults = placeFaults(await lookAtPlaces(paths, mountsFile))
  const filming = ['EZREC_HOME', 'TAKES_DIR']
  for (const { name, fault, mend } of faults) {
    if (!warn || filming.some((each) => name.includes(each)))
      throw new EzrecError('forbidden', `${name} cannot be used: ${fault}`, { hint: mend })
    warn(`${name} cannot be used: ${fault}; cameras are recorded, films wait. ${mend}`)
  }
  const waiting = faults.flatMap(({ name }) => name.split(', '))
  const later = { RECORDINGS_DIR: paths.recordings, STORE_DIR: paths.store }
  const usable = Object.entries(later).flatMap(([name, folder]) => (waiting.includes(name) ? [] : [folder]))
  for (const folder of [paths.home, paths.takes, ...usable, paths.cache]) {
    await makeFolder(folder).catch((error: unknown) => {
      throw fileError(error, folder)
    })
    await access(folder, constants.W_OK | constants.X_OK).catch((error: unknown) => {
      throw fileError(error, folder)
    })
  }
  const needed = reservedBytes + recordingBytes(settings, seconds)
  const free = await freeBytes(paths.takes)
  if (free < needed)
    throw new EzrecError(
      'disk_full',
      `the disk of ${paths.takes} has ${mebibytes(free)} MiB left; this recording needs ${mebibytes(needed)} MiB`,
      {
        hint: 'free space there, or set EZREC_HOME to a larger disk',
        facts: { freeBytes: free, neededBytes: needed },
      },
    )
  await assertFfmpeg()
}

/** Both cameras' tracks, the chunks and the film, at their highest rates. */
const recordingBytes = (settings: Settings, seconds: number): number =>
  (bytesPerHour(ratesOf(settings)) * (seconds + settings.camera.leadInSeconds + settings.camera.tailSeconds)) / 3_600

const mebibytes = (bytes: number): number => Math.round(bytes / 1024 / 1024)
