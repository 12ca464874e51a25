// One still of a camera while nothing is booked: the camera is started, gives a picture, and is ended again.
// Never beside a booking and never in the way of one: it is called off as soon as one is near, and refused before. Nothing of it is written.

import type { Clock } from '../base/clock.ts'
import { EzrecError } from '../base/errors.ts'
import { instant } from '../booking/booking.ts'
import { listBookings } from '../booking/booking-store.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { CameraTuning } from '../capture/drivers/camera-tuning.ts'
import { openSource, type RigFormat } from '../capture/drivers/driver.ts'
import type { Camera } from '../capture/take.ts'
import { readPicture } from './camera-picture.ts'
import { tryCamera } from './camera-trial.ts'

export type PreviewOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly rigId: string
  readonly sources: Readonly<Record<Camera, string>>
  readonly format: RigFormat
  readonly tuning: CameraTuning
  readonly cacheFolder: string
  /** Before a booking the recorder starts the cameras so much earlier. */
  readonly leadInMs: number
}

/** The recorder has the cameras to itself from so long before it starts them. */
const marginMs = 60_000
const leastNearMs = 120_000
const watchMs = 200
const startMs = 8_000
const longestMs = 15_000

/** A JPEG. Errors: conflict (a booking is on or near), camera_missing, timeout; as of openSource. */
export async function takePreview(options: PreviewOptions, camera: Camera, signal: AbortSignal): Promise<Buffer> {
  const { clock, sources, format, tuning, cacheFolder } = options
  assertNothingNear(options)
  const called = new AbortController()
  const limit = AbortSignal.any([signal, called.signal, AbortSignal.timeout(longestMs)])
  const watching = watch(options, called, limit)
  try {
    const otherSource = sources[camera === 'left' ? 'right' : 'left']
    const command = await openSource(sources[camera], { side: camera, format, cacheFolder, otherSource, tuning, signal: limit })
    const { lastPictures, trial } = await tryCamera(command, { seconds: 1, startMs, fps: format.fps, clock }, limit)
    if (called.signal.aborted) throw called.signal.reason
    if (lastPictures.length === 0)
      throw new EzrecError('camera_missing', `the ${camera} camera gave no picture`, {
        hint: trial.cause?.mend ?? 'look at ./ezrec cameras test',
      })
    return (await readPicture(lastPictures, limit)).jpeg
  } catch (error) {
    throw called.signal.aborted ? called.signal.reason : error
  } finally {
    called.abort()
    await watching
  }
}

/** A booking made meanwhile comes first. */
async function watch(options: PreviewOptions, called: AbortController, until: AbortSignal): Promise<void> {
  while (!until.aborted) {
    await options.clock.sleep(watchMs, until)
    try {
      assertNothingNear(options)
    } catch (error) {
      called.abort(error)
    }
  }
}

/** Also not in a booking that is not to be recorded: least of all then. Errors: conflict. */
function assertNothingNear({ db, clock, rigId, leadInMs }: Pick<PreviewOptions, 'db' | 'clock' | 'rigId' | 'leadInMs'>): void {
  const nowMs = Math.floor(clock.nowMs())
  const nearMs = Math.max(leastNearMs, leadInMs + marginMs)
  const [near] = listBookings(db, { fromMs: nowMs - tailMs, toMs: nowMs + nearMs }).filter(
    (each) => each.rigId === rigId && each.cancelledAtMs === null,
  )
  const takes = 'select 1 from take where rig_id = ? and ended_at_ms is null' // on a guess, or of a window that was just called off
  if (db.get(takes, rigId)) throw new EzrecError('conflict', 'the recorder has the cameras', { hint: 'ask when nothing is captured' })
  if (near)
    throw new EzrecError('conflict', 'a booking is on, just over, or begins in a moment', {
      hint: 'look at its live film, or ask when the court is free',
      facts: { startsAt: instant(near.startsAtMs), endsAt: instant(near.endsAtMs) },
    })
}

/** The recorder closes its files. */
const tailMs = 60_000
