// One recording from the shell: services running, booked now, watched until it is published. `record` and `demo` are this.
// Uses the services that already run on this home; starts its own only when there are none, and ends those with itself.

import type { Fault } from '../../config/fault.ts'
import { judgeSettings, type Settings } from '../../config/settings.ts'
import { takeInstanceLock } from '../../src/adapters/instance-lock.ts'
import { assertPortFree } from '../../src/api/listen.ts'
import { readApiAddress, reachedAt, type ApiAddress } from '../../src/api/address.ts'
import { formatOf, openApp, type App } from '../../src/app.ts'
import type { Booking } from '../../src/booking/booking.ts'
import { bookingsOverlapping } from '../../src/booking/booking-store.ts'
import { newId } from '../../src/base/ids.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { shellWord } from '../../src/base/words.ts'
import { openSource } from '../../src/capture/drivers/driver.ts'
import { cameras } from '../../src/capture/take.ts'
import { findVideoOf, videosWithoutLoudness, videosWithoutPreviews, type Video } from '../../src/publish/video.ts'
import { findRecording } from '../../src/capture/recording-store.ts'
import { openShareSecret } from '../../src/share/share-secret.ts'
import { createShareLink } from '../../src/share/share-link.ts'
import { keepServices } from '../../services/parent.ts'
import type { CliContext } from '../cli.ts'
import { assertSameRig, tellRig } from './running-rig.ts'
import { openDrawing } from './draw.ts'
import { preflight } from './preflight.ts'
import { calibrateSimulated } from './simulated-calibration.ts'
import { resultOf, type SessionResult } from './result.ts'
import { runsAsUnit } from './units.ts'
import { openWatch, type Look } from './watch.ts'

export type SessionOptions = {
  readonly context: CliContext
  readonly home: string
  /** Settings as variables: handed to the services as they are. */
  readonly variables: Readonly<Record<string, string>>
  /** What was wrong with the home's .env file. */
  readonly faults: readonly Fault[]
  readonly seconds: number
  /** What the share page calls the film. */
  readonly title: string | null
  /** Refuse when services already run on this home, instead of using them. */
  readonly alone: boolean
}

/** What says which cameras are meant: without them, those of the services that run are. */
const rigVariables = ['CAMERA_LEFT', 'CAMERA_RIGHT', 'SOUND', 'RESOLUTION', 'RECORDING_FPS', 'CAMERA_ID'] as const

export type Session = {
  readonly app: App
  readonly result: SessionResult
  /** Set when somebody asked for the end in the middle: what is there was published. */
  readonly interrupted: boolean
  /** What to type so that the link opens after this; nothing where the services run on without us. */
  readonly reopenWith: string | undefined
}

/** `serve` is called with the finished recording while the services still run. */
export async function runSession(options: SessionOptions, serve: (session: Session) => Promise<void>): Promise<Session> {
  const { context, home, variables, seconds } = options
  const { settings, warnings } = judgeSettings(variables, { home, cwd: process.cwd(), faults: options.faults })
  for (const warning of warnings) context.say(`warning: ${warning}`)
  process.umask(settings.paths.umask)
  await preflight(settings, seconds)
  const areUnits = !options.alone && (await runsAsUnit(settings.paths.home))
  const own = options.alone ? takeInstanceLock(settings.paths.home, 'parent') : areUnits ? undefined : takeParentLock(settings)
  if (own && settings.api.portGiven) await assertPortFree(settings.api)
  if (own) await tellRig(settings)
  else if (!areUnits && rigVariables.some((name) => variables[name] !== undefined)) await assertSameRig(settings)
  using app = await openApp(settings, { service: 'ezrec' })
  assertClock(app)
  const end = new AbortController()
  let services: Promise<void> = Promise.resolve()
  try {
    if (own) {
      await readySources(settings, context)
      await calibrateSimulated(settings, app.clock.nowMs())
      context.signal.throwIfAborted()
      services = keepServices(
        { home, services: ['recorder', 'worker', 'api'], variables, clock: app.clock, logger: app.logger },
        end.signal,
      )
    }
    await servicesReady(app, context.signal)
    const session = await recordNow(app, options, own !== undefined)
    await serve(session)
    if (own) await settled(app, session.result.recordingId)
    return session
  } finally {
    end.abort()
    await services
    own?.[Symbol.dispose]()
  }
}

/** "Now" is a booking's start: on a clock that nobody believes it would never be attributed. */
function assertClock({ clock }: App): void {
  if (clock.trusted()) return
  throw new EzrecError('conflict', 'the clock of this box was not set since it started', {
    hint: 'connect it to a time server, or set it (sudo date -s "2026-05-02 19:30"); CLOCK_TRUST=always believes it as it is',
  })
}

/** The right to run services on this home, or `undefined` when another parent has it. */
export function takeParentLock({ paths }: Settings): Disposable | undefined {
  try {
    return takeInstanceLock(paths.home, 'parent')
  } catch (error) {
    if (error instanceof EzrecError && error.code === 'conflict') return undefined
    throw error
  }
}

/** Draws or fits what the cameras will play, with progress, before anything is booked. */
async function readySources(settings: Settings, { say, signal }: CliContext): Promise<void> {
  const told = new Map<string, number>()
  await Promise.all(
    cameras.map((side) =>
      openSource(settings.camera[side], {
        side,
        format: formatOf(settings),
        cacheFolder: settings.paths.cache,
        signal,
        onProgress: (fraction, what) => {
          const step = Math.floor(fraction * 4)
          if (told.get(side + what) === step) return
          told.set(side + what, step)
          say(`${side}: ${what}, ${Math.round(fraction * 100)} %`)
        },
      }),
    ),
  )
}

/** The tail is captured and checked, the checksum and the previews made: what is left behind needs no second start. Bounded: it is only tidiness. */
async function settled({ db, clock }: App, recordingId: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < 10_000; waitedMs += 100) {
    const recording = findRecording(db, recordingId)
    const open = recording?.steps.some(({ state }) => state === 'pending' || state === 'working')
    if (open === false && findVideoOf(db, recordingId)?.published?.sha256 && !waitsForCompanions(db, recordingId)) return
    await clock.sleep(100)
  }
}

/** The smaller version of a wide film is not waited for: it takes as long as the film. */
const waitsForCompanions = (db: App['db'], recordingId: string): boolean =>
  [...videosWithoutPreviews(db), ...videosWithoutLoudness(db)].some((video) => video.recordingId === recordingId)

/** A busy small board needs its time; one where nothing starts is told of all the same. */
const servicesStartMs = 180_000

/** Recorder and worker have each said that they live: lately, or since somebody waits for them. */
async function servicesReady({ db, clock }: App, signal: AbortSignal): Promise<void> {
  const deadlineUs = clock.monotonicUs() + servicesStartMs * 1_000
  const begunMs = clock.nowMs()
  for (;;) {
    const sinceMs = Math.min(begunMs, clock.nowMs() - 3_000)
    const alive = db.all('select service from heartbeat where at_ms > ?', sinceMs).map((row) => row['service'])
    if (['dual_recorder', 'video_worker'].every((service) => alive.includes(service))) return
    signal.throwIfAborted()
    if (clock.monotonicUs() > deadlineUs)
      throw new EzrecError('timeout', `the services did not start within ${servicesStartMs / 1_000} s`, {
        hint: 'look into the logs folder of this home',
        facts: { alive: alive.join(' ') },
      })
    await clock.sleep(50, signal)
  }
}

/** Bookings made here carry an id of this kind, by which a later start knows its own. */
const ownCaller = 'now-'

/** Books now; or goes on with what an earlier session on this home was recording when it was killed. */
async function bookNow(
  { clock, bookings, settings, db }: App,
  { context, seconds, title }: SessionOptions,
  resumes: boolean,
): Promise<Booking> {
  const { camera, booking } = settings
  const startsAtMs = clock.nowMs() + camera.leadInSeconds * 1_000 + 200
  const window = { startsAtMs, endsAtMs: startsAtMs + Math.round(seconds * 1_000) }
  const [running] = bookingsOverlapping(db, camera.rigId, { ...window, startsAtMs: clock.nowMs() })
  if (resumes && running?.callerId?.startsWith(ownCaller) === true) {
    context.say('going on with the recording that was interrupted')
    return running
  }
  const made = await bookings.create({ ...window, userId: booking.userId, callerId: ownCaller + newId(), title })
  return made.booking
}

async function recordNow(app: App, options: SessionOptions, areOurs: boolean): Promise<Session> {
  const { context } = options
  const { clock } = app
  const booking = await bookNow(app, options, areOurs)
  const look = openWatch(app, booking.id)
  const drawing = openDrawing(process.stderr, context.say)
  let interrupted = false
  for (;;) {
    const now = await look()
    drawing.show(now)
    if (now.video?.published) {
      const address = await readApiAddress(app.settings.paths.home)
      const result = await told(app, now, now.video, address)
      return { app, result, interrupted, reopenWith: areOurs ? reopening(app, address) : undefined }
    }
    assertHopeful(now)
    if (context.signal.aborted && !interrupted) {
      interrupted = true
      context.say('stopping: what was recorded is being published (once more Ctrl-C to leave at once)')
      await interrupt(app, booking.id, now)
    }
    await clock.sleep(100)
  }
}

async function told(app: App, { recording }: Look, video: Video, address: ApiAddress | undefined): Promise<SessionResult> {
  if (!recording) throw new EzrecError('internal', 'a film without a recording', { hint: 'report this' })
  const { paths, share } = app.settings
  const secret = await openShareSecret(paths.shareSecret)
  const link = createShareLink(app.db, app.clock, { recordingId: recording.id, days: share.days, secret })
  return resultOf(app, recording, video, link.url(reachedAt(app.settings, address)))
}

/** Ends the booking after at least its first second and marks the film as interrupted; while no camera has shown anything there is nothing to keep. */
async function interrupt({ db, clock, bookings }: App, bookingId: string, look: Look): Promise<void> {
  if (look.cameras.every(({ frames }) => frames === 0)) {
    await bookings.cancel(bookingId)
    throw new EzrecError('canceled', 'stopped before the recording began', { hint: 'nothing was recorded' })
  }
  await clock.sleep(Math.max(0, look.startsAtMs + 1_000 - clock.nowMs()))
  if (clock.nowMs() >= look.endsAtMs) return
  db.run('update booking set interrupted_at_ms = ? where id = ?', clock.nowMs(), bookingId)
  await bookings.stopNow(bookingId)
}

function assertHopeful({ recording }: Look): void {
  const failed = recording?.steps.find(({ state }) => state === 'failed')
  if (failed)
    throw new EzrecError('media_unreadable', `the recording failed: ${failed.failedMessage ?? failed.failedCode ?? failed.name}`, {
      hint: 'look into the logs folder of this home',
      facts: { step: failed.name },
    })
}

/** The API alone serves what is there, at the port that the link names. */
const reopening = ({ settings }: App, address: ApiAddress | undefined): string =>
  `API_PORT=${address?.port ?? settings.api.port} ./ezrec --home ${shellWord(settings.paths.home)} api`
