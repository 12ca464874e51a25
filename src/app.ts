// Opens everything that a service or a verb may need from its settings, and closes it again.
// The one file that knows how the parts are put together; none of them finds another by itself.

import type { Settings } from '../config/settings.ts'
import { missingDisks } from './adapters/media-disks.ts'
import { openDatabase, type Database } from './adapters/sqlite.ts'
import type { Clock } from './base/clock.ts'
import { makeFolder } from './base/files.ts'
import { openLogger, type Logger } from './base/logger.ts'
import { openBookingService, type BookingService } from './booking/booking-service.ts'
import { keepInPlanMs } from './booking/sync-plan.ts'
import type { Margins } from './booking/schedule.ts'
import { believed, openBoxClock, type BoxClock } from './capture/box-time-file.ts'
import { evidenceFor } from './capture/clock-trust.ts'
import type { RigFormat } from './capture/drivers/driver.ts'
import { cameras } from './capture/take.ts'
import type { WriteRates } from './capture/disk-forecast.ts'
import { localFolderStore } from './publish/stores/local-folder.ts'
import type { FilmStore } from './publish/stores/store.ts'
import { openRoom, type Room } from './sweep/room.ts'

export type App = {
  readonly settings: Settings
  /** The box's time: every service has the same. */
  readonly clock: BoxClock
  readonly logger: Logger
  readonly db: Database
  readonly bookings: BookingService
  readonly store: FilmStore
  /** Whether the disk has room for what is booked. */
  readonly room: Room
  [Symbol.dispose](): void
}

export type AppOptions = {
  /** The unit's name in the log. */
  readonly service: string
  /** Log lines on standard error too (default false: verbs speak to people there). */
  readonly logToStderr?: boolean
  /** Believed as it is, instead of the box's time. */
  readonly clock?: Clock
}

export const marginsOf = ({ camera }: Settings): Margins => ({ leadInMs: camera.leadInSeconds * 1_000, tailMs: camera.tailSeconds * 1_000 })

export const formatOf = ({ camera }: Settings): RigFormat => ({ width: camera.width, height: camera.height, fps: camera.fps })

export const mediaFolders = ({ takes, recordings, store }: Settings['paths']): readonly string[] => [takes, recordings, store]

/** Those that may be made: nothing is made beneath a disk that is not mounted. */
export async function presentFolders({ home }: Settings['paths'], folders: readonly string[]): Promise<readonly string[]> {
  const missing = await missingDisks(home, folders)
  return folders.filter((folder) => !missing.includes(folder))
}

/** The highest rates at which a recording is written. */
export const ratesOf = ({ camera, merge }: Settings): WriteRates => ({
  cameraKbps: camera.bitrateKbps,
  cameras: cameras.length,
  filmKbps: merge.maxRateKbps,
})

/** Errors: forbidden (home not writable), conflict (database newer than the code), media_unreadable (database damaged). */
export async function openApp(settings: Settings, { service, logToStderr = false, clock: given }: AppOptions): Promise<App> {
  const { paths, booking, camera, logging } = settings
  process.umask(paths.umask)
  for (const folder of [paths.home, paths.logs, ...(await presentFolders(paths, [paths.cache, ...mediaFolders(paths)]))])
    await makeFolder(folder)
  const logger = openLogger({ service, level: logging.level, folder: paths.logs, stderr: logToStderr })
  const db = openDatabase(paths.database)
  const clock = given ? believed(given) : openBoxClock(paths.boxTime, { evidence: evidenceFor(booking.clockTrust) })
  const place = { rigId: camera.rigId, takesFolder: paths.takes, rates: ratesOf(settings), margins: marginsOf(settings) }
  const room = openRoom({ db, clock, ...place })
  const bookings = openBookingService({
    db,
    clock,
    planFile: paths.plan,
    rigId: camera.rigId,
    limits: { minMs: booking.minSeconds * 1_000, maxMs: booking.maxHours * 3_600_000 },
    keepInPlanMs,
    lookForRoom: () => room.look(),
  })
  return { settings, clock, logger, db, bookings, store: localFolderStore(paths.store), room, [Symbol.dispose]: () => db.close() }
}
