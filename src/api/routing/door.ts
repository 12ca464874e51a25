// What every route is handed: the parts of the box it may use, who asks, and the limits that all requests share.
// Opens nothing itself.

import type { Settings } from '../../../config/settings.ts'
import { assertFfmpeg } from '../../adapters/ffmpeg-version.ts'
import type { Database } from '../../adapters/sqlite.ts'
import type { BoxClock } from '../../capture/box-time-file.ts'
import type { Logger } from '../../base/logger.ts'
import type { BookingService } from '../../booking/booking-service.ts'
import { openClips, type Clips } from '../../publish/film-clip.ts'
import { openWatching } from '../../publish/in-use.ts'
import type { Bucket } from '../../publish/stores/s3/bucket.ts'
import type { FilmStore } from '../../publish/stores/store.ts'
import { openShareSecret } from '../../share/share-secret.ts'
import type { Room } from '../../sweep/room.ts'
import { atMostEvery, openMachineLook, type MachineLook } from '../../system/machine-look.ts'
import { openAssetAddresses, type AssetAddresses } from '../guard/asset-addresses.ts'
import { openCleanupTokens, type CleanupTokens } from '../guard/cleanup-tokens.ts'
import { openHourLinks, type HourLinks } from '../../share/hour-links.ts'
import { openLongWork, type LongWork } from '../guard/long-work.ts'
import { openSlots, type Slots } from '../guard/slots.ts'
import { openMetrics, type Metrics } from '../../system/metrics/metrics.ts'
import { openEventHub, type EventHub } from '../events/event-hub.ts'
import { openAttempts, type Attempts } from '../guard/attempts.ts'
import { openRequestLimit, type RequestLimit } from '../guard/request-limit.ts'
import { hostCheck, type HostCheck } from '../guard/host-check.ts'
import { clientReader, type ClientReader } from '../guard/client-address.ts'
import { openLiveChunks, type LiveChunks } from '../live/live-chunks.ts'
import { openLiveViewers, type LiveViewers } from '../live/live-viewers.ts'

/** What the server needs of a box. */
export type Box = {
  readonly settings: Settings
  readonly clock: BoxClock
  readonly logger: Logger
  readonly db: Database
  readonly bookings: BookingService
  readonly store: FilmStore
  readonly bucket: Bucket | undefined
  readonly room: Room
}

export type Door = Box & {
  /** What links begin with: SHARE_BASE_URL, else the address of this box in the venue network. */
  readonly publicUrl: string
  /** When the server is to end: what goes on behind an answer ends with it. */
  readonly ending: AbortSignal
  readonly checkHost: HostCheck
  readonly readClient: ClientReader
  readonly liveChunks: LiveChunks
  readonly liveViewers: LiveViewers
  /** Called with a recording whose film somebody watches or takes home: it is not swept meanwhile. */
  readonly watching: (recordingId: string) => void
  readonly clips: Clips
  readonly logFollowers: Slots
  readonly previews: Slots
  /** Assets of the branding that are just sent. */
  readonly uploads: Slots
  readonly assetAddresses: AssetAddresses
  /** Tokens of links are made of it. `undefined` when it is damaged: links go on by chance, and are not shown again. */
  readonly shareSecret: () => Promise<Buffer | undefined>
  readonly cleanups: CleanupTokens
  /** The clean-up that is being done. */
  readonly cleaning: LongWork
  /** Addresses that the original's callers ask for. */
  readonly hourLinks: HourLinks
  readonly events: EventHub
  readonly metrics: Metrics
  /** Disks and board. */
  readonly lookAtMachine: () => Promise<MachineLook>
  /** Its version, asked at most once a minute: a process each time would be a means to starve a recording. */
  readonly lookAtFfmpeg: () => Promise<string | null>
  /** Requests with an Idempotency-Key that are just being done. */
  readonly underWay: Set<string>
  /** How often anybody may ask for anything. */
  readonly requestLimit: RequestLimit
  /** Failed sign-ins and claims, by address. */
  readonly signIns: Attempts
  /** The same by the name that was tried, from anywhere. */
  readonly signInsOfAccount: Attempts
  /** Passwords of share links that were wrong, by address, and by link. */
  readonly sharePasswords: Attempts
  readonly sharePasswordsOfLink: Attempts
  /** E-mails that somebody asked for, by key or account. */
  readonly shareMails: Attempts
  /** PINs that were wrong, by address, and in all. */
  readonly courtPins: Attempts
  readonly courtPinsOfAll: Attempts
  /** Share tokens that open nothing, by address. */
  readonly shareLookups: Attempts
}

export type DoorOptions = {
  readonly host: string
  readonly publicUrl: string
  /** When the server is to end. */
  readonly ending: AbortSignal
}

export function openDoor(box: Box, where: DoorOptions): Door {
  const { settings, clock } = box
  const steadyMs = (): number => clock.monotonicUs() / 1_000
  const lookAtMachine = openMachineLook(settings.paths, clock)
  const events = openEventHub(box.db, { most: 32, mostEach: 8 })
  const metrics = openMetrics({ ...box, lookAtMachine, steadyMs, listeners: () => events.listeners })
  return {
    settings,
    clock,
    logger: box.logger,
    db: box.db,
    bookings: box.bookings,
    store: box.store,
    bucket: box.bucket,
    room: box.room,
    publicUrl: where.publicUrl,
    ending: where.ending,
    checkHost: hostCheck({ boundHost: where.host, shareBaseUrl: settings.share.baseUrl }),
    readClient: clientReader(settings.api.trustedProxies),
    liveChunks: openLiveChunks(box.db),
    liveViewers: openLiveViewers(box),
    watching: openWatching(box.db, clock),
    clips: openClips(settings.paths.clips, clock, (seconds) => box.room.lookForPart(seconds)),
    logFollowers: openSlots(4),
    previews: openSlots(1),
    uploads: openSlots(2),
    assetAddresses: openAssetAddresses(box.db, steadyMs),
    shareSecret: gentleSecret(box),
    cleanups: openCleanupTokens(steadyMs),
    cleaning: openLongWork(clock, { patienceMs: 45_000 }),
    hourLinks: openHourLinks(box.db, clock, where.publicUrl),
    events,
    metrics,
    lookAtMachine,
    lookAtFfmpeg: atMostEvery(60_000, steadyMs, () =>
      assertFfmpeg().then(
        ({ version }) => version,
        () => null,
      ),
    ),
    underWay: new Set(),
    requestLimit: openRequestLimit({ settings: settings.api, logger: box.logger, nowMs: steadyMs, onRefused: metrics.refused }),
    signIns: openAttempts({ perMinute: 5 }, steadyMs),
    signInsOfAccount: openAttempts({ perMinute: 20, capSeconds: 60 }, steadyMs),
    sharePasswords: openAttempts({ perMinute: 5 }, steadyMs),
    sharePasswordsOfLink: openAttempts({ perMinute: 30, capSeconds: 60 }, steadyMs),
    shareMails: openAttempts({ perMinute: 5, capSeconds: 60 }, steadyMs),
    courtPins: openAttempts({ perMinute: 5 }, steadyMs),
    courtPinsOfAll: openAttempts({ perMinute: 20, capSeconds: 60 }, steadyMs),
    shareLookups: openAttempts({ perMinute: 20, capSeconds: 60 }, steadyMs),
  }
}

function gentleSecret({ settings, logger }: Pick<Box, 'settings' | 'logger'>): () => Promise<Buffer | undefined> {
  return () =>
    openShareSecret(settings.paths.shareSecret).catch((err: unknown) => {
      logger.error({ err }, 'a link is made that cannot be shown again')
      return undefined
    })
}
