// The folders that this box writes to: there or to be made, writable, on a fit disk, and for how many hours of recording there is room.
// Never writes to find out.

import { access, constants } from 'node:fs/promises'
import path from 'node:path'
import type { Settings } from '../../../config/settings.ts'
import { errnoOf } from '../../base/errors.ts'
import { freeBytes } from '../../base/files.ts'
import { hoursOfRoom, type WriteRates } from '../../capture/disk-forecast.ts'
import { lookAtPlaces, placeFaults, type Place } from '../places.ts'
import { degraded, healthy, unasked, unhealthy, type Finding } from './finding.ts'

export async function lookAtFolders(paths: Settings['paths']): Promise<Finding[]> {
  const folders = {
    EZREC_HOME: paths.home,
    TAKES_DIR: paths.takes,
    RECORDINGS_DIR: paths.recordings,
    STORE_DIR: paths.store,
    LOGS_DIR: paths.logs,
    CACHE_DIR: paths.cache,
  }
  const refused = await Promise.all(
    Object.entries(folders).map(async ([name, folder]) => {
      const fault = await writeFault(folder)
      return fault === undefined ? [] : [unhealthy('folders', `${name}: ${fault}`, mendOf(folder))]
    }),
  )
  const found = refused.flat()
  return found.length > 0 ? found : [healthy('folders', `writable, from ${paths.home} on`)]
}

const mendOf = (folder: string): string => `give this user the right to write there: sudo chown -R "$USER" ${folder}, or set another folder`

/** `undefined` for one that can be written, or made. */
async function writeFault(folder: string): Promise<string | undefined> {
  try {
    await access(folder, constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'ENOENT' && folder !== '/') return writeFault(path.dirname(folder))
    if (code === 'ENOTDIR') return `${folder} is not a folder`
    return code === 'EROFS' ? `${folder} is on a disk that is read-only` : `${folder} may not be written by this user`
  }
}

/** What is not made yet will be made on the disk of the folder above. */
export async function lookAtRoom(paths: Settings['paths'], rates: WriteRates): Promise<Finding> {
  const places = await lookAtPlaces(paths)
  const asked = places.map(async (place) =>
    place.freeBytes === undefined && place.missing === undefined ? { ...place, freeBytes: await freeAbove(place.folder) } : place,
  )
  return judgeRoom(await Promise.all(asked), rates)
}

async function freeAbove(folder: string): Promise<number | undefined> {
  const above = path.dirname(folder)
  return above === folder ? undefined : freeBytes(above).catch(() => freeAbove(above))
}

/** Below this a match may not fit. */
const fewHours = 4

/** Pure. Both cameras at their highest rates, and the film that is made of them. */
export function judgeRoom(places: readonly Place[], rates: WriteRates): Finding {
  const name = 'room'
  const [fault] = placeFaults(places)
  if (fault) return unhealthy(name, `${fault.name}: ${fault.fault}`, fault.mend)
  const free = places.flatMap(({ freeBytes }) => freeBytes ?? [])
  if (free.length < places.length) return unasked(name, 'a disk does not say how much room it has')
  const hours = hoursOfRoom(Math.min(...free), rates)
  const message = `${(Math.min(...free) / 1e9).toFixed(1)} GB free: ${hours.toFixed(1)} hours of recording before footage of published films has to go`
  const mend = 'free space there, use a larger disk (EZREC_HOME), or set lower rates (CAMERA_BITRATE_KBPS, MERGE_MAX_RATE_KBPS)'
  if (hours < 0.1) return unhealthy(name, message, mend)
  return hours < fewHours ? degraded(name, message, mend) : healthy(name, message)
}
