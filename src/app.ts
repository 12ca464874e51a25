// Opens everything that a service or a verb may need from its settings, and closes it again.
// The one file that knows how the parts are put together; none of them finds another by itself.

import { filmRateKbps } from '../config/film-profiles.ts'
import { filmedPixels, type Settings } from '../config/settings.ts'
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
import { openBucket, type Bucket } from './publish/stores/s3/bucket.ts'
import { bucketStore } from './publish/stores/s3/bucket-store.ts'
import type { FilmStore } from './publish/stores/store.ts'
import { openUplink, type Uplink, type UplinkSettings } from './publish/uplink/uplink.ts'
import { retentionRules } from './sweep/retention-policy.ts'
import { openRoom, type Room, type RoomOptions } from './sweep/room.ts'
import { holdDatabase, type HomeDatabase } from './system/restore/home-database.ts'

export type App = {
  readonly settings: Settings
  /** The box's time: every service has the same. */
  readonly clock: BoxClock
  readonly logger: Logger
  readonly db: Database
  readonly bookings: BookingService
  readonly store: FilmStore
  /** Absent without one, with what it is reached by. */
  readonly bucket: Bucket | undefined
  readonly uplink: Uplink | undefined
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

export const mediaFolders = ({
  takes,
  recordings,
  store,
}: Pick<Settings['paths'], 'takes' | 'recordings' | 'store'>): readonly string[] => [takes, recordings, store]

/** Those that may be made: nothing is made beneath a disk that is not mounted. */
export async function presentFolders({ home }: Settings['paths'], folders: readonly string[]): Promise<readonly string[]> {
  const missing = await missingDisks(home, folders)
  return folders.filter((folder) => !missing.includes(folder))
}

/** The highest rates at which a recording is written. */
export const ratesOf = ({ camera, merge }: Settings): WriteRates => ({
  cameraKbps: camera.bitrateKbps,
  cameras: cameras.length,
  filmKbps: filmRateKbps(merge, filmedPixels({ camera })),
})

/** Errors: forbidden (home not writable), conflict (database newer than the code), media_unreadable (database damaged). */
export async function openApp(settings: Settings, { service, logToStderr = false, clock: given }: AppOptions): Promise<App> {
  const { paths, booking, camera, logging } = settings
  process.umask(paths.umask)
  for (const folder of [paths.home, paths.logs, ...(await presentFolders(paths, [paths.cache, ...mediaFolders(paths)]))])
    await makeFolder(folder)
  const logger = openLogger({ service, level: logging.level, folder: paths.logs, stderr: logToStderr })
  const clock = given ? believed(given) : openBoxClock(paths.boxTime, { evidence: evidenceFor(booking.clockTrust) })
  const hold = await holdDatabase(homeDatabaseOf(settings, { clock, logger }))
  const db = openHeld(paths.database, hold)
  const stores = storesOf(settings, { db, clock, logger })
  const place = stores.bucket?.place
  const room = openRoom({
    ...{ db, clock, ...roomOf(settings) },
    bucket: place === undefined ? undefined : { place, uplink: uplinkSettingsOf(settings) },
    tracksAt: settings.storage.tracks === 'required' ? place : undefined,
  })
  const bookings = openBookingService({
    db,
    clock,
    planFile: paths.plan,
    rigId: camera.rigId,
    limits: { minMs: booking.minSeconds * 1_000, maxMs: booking.maxHours * 3_600_000 },
    keepInPlanMs,
    lookForRoom: () => room.look(),
  })
  const close = (): void => {
    db.close()
    hold[Symbol.dispose]()
  }
  return { settings, clock, logger, db, bookings, ...stores, room, [Symbol.dispose]: close }
}

/** What the room of a box depends on, but for its bucket. */
export const roomOf = (settings: Settings): Pick<RoomOptions, 'rigId' | 'takesFolder' | 'rates' | 'margins' | 'rules'> => ({
  rigId: settings.camera.rigId,
  takesFolder: settings.paths.takes,
  rates: ratesOf(settings),
  margins: marginsOf(settings),
  rules: retentionRules(settings.keep),
})

export const uplinkSettingsOf = ({ storage, booking }: Pick<Settings, 'storage' | 'booking'>): UplinkSettings => {
  const { maxRateKbps, windows, pauseWhileRecording, viewerRateKbps, first } = storage
  return { maxRateKbps, windows, pauseWhileRecording, viewerRateKbps, first, timeZone: booking.timeZone }
}

/** The folder of this box; with a bucket set, the bucket as well. */
function storesOf(settings: Settings, parts: Pick<App, 'db' | 'clock' | 'logger'>): Pick<App, 'store' | 'bucket' | 'uplink'> {
  const { paths, storage } = settings
  const local = localFolderStore(paths.store)
  const { bucket, accessKeyId, secretAccessKey, partMebibytes, checksum, maxAttempts } = storage
  if (bucket === undefined || accessKeyId === undefined || secretAccessKey === undefined)
    return { store: local, bucket: undefined, uplink: undefined }
  const uplink = openUplink(parts, uplinkSettingsOf(settings))
  const opened = openBucket({ ...storage, bucket, accessKeyId, secretAccessKey, uplink })
  const store = bucketStore({ ...parts, local, bucket: opened, uplink, partMebibytes, checksum, quickTries: maxAttempts })
  return { store, bucket: opened, uplink }
}

/** The settings that say where a home has what its database tells of. */
export type HomeSettings = {
  readonly paths: Pick<Settings['paths'], 'home' | 'database' | 'plan' | 'boxTime' | 'takes' | 'recordings' | 'store' | 'logs'>
  readonly camera: Pick<Settings['camera'], 'rigId'>
  readonly booking: Pick<Settings['booking'], 'userId' | 'clockTrust'>
}

/** What a look at the database of a home needs to know of it. */
export const homeDatabaseOf = (
  { paths, camera, booking }: HomeSettings,
  { clock, logger }: { readonly clock: BoxClock; readonly logger: Logger },
): HomeDatabase => ({
  home: paths.home,
  database: paths.database,
  planFile: paths.plan,
  takesFolder: paths.takes,
  recordingsFolder: paths.recordings,
  mediaFolders: mediaFolders(paths),
  store: localFolderStore(paths.store),
  rigId: camera.rigId,
  userId: booking.userId,
  clock,
  logger,
})

function openHeld(file: string, hold: Disposable): Database {
  try {
    return openDatabase(file)
  } catch (error) {
    hold[Symbol.dispose]()
    throw error
  }
}
