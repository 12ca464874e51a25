// The cameras' tracks of published films go to the bucket, where the settings ask for it: behind all films, part by part, on after a kill.
// Never sends a picture from before or after the match, and never holds up a film.

import type { Logger } from '../../base/logger.ts'
import type { BoxClock } from '../../capture/box-time-file.ts'
import { filmFrames, type Recording } from '../../capture/recording.ts'
import { findRecording } from '../../capture/recording-store.ts'
import { openSegmentLog } from '../../capture/segment-log.ts'
import { isTrackKey } from '../companions/bucket-copy-policy.ts'
import { listBucketCopies } from '../companions/bucket-copy-store.ts'
import { keepSending } from '../companions/keep-sending.ts'
import { abandonBeside, besideUnderWay, sendBeside, type SendBesideOptions } from '../companions/send-beside.ts'
import { lookForSegments } from '../clips/make-clip.ts'
import { findVideo, type Video } from '../video.ts'
import { trackRuns } from './track-cut.ts'
import { openTrack } from './track-file.ts'
import { filmsWait, filmsWithoutTracks, noteTracksSent, trackKey, trackPrefix } from './track-store.ts'

export type TrackOptions = SendBesideOptions & {
  readonly clock: BoxClock
  readonly logger: Logger
  readonly takesFolder: string
}

const lookMs = 5_000

/** Until the signal aborts. */
export const keepTracks = (options: TrackOptions, signal: AbortSignal): Promise<void> =>
  keepSending(options, "a camera's track is not in the bucket", () => settleTracks(options, signal), signal)

/** Once, those of one film after the other. Errors: those of the bucket and of the disk. */
export async function settleTracks(options: TrackOptions, signal: AbortSignal): Promise<void> {
  const { db, bucket } = options
  const waiting = filmsWithoutTracks(db, bucket.place).flatMap((id) => findVideo(db, id) ?? [])
  const wanted = waiting.map(trackPrefix)
  for (const key of besideUnderWay(options).filter(isTrackKey))
    if (!wanted.some((prefix) => key.startsWith(prefix))) await abandonBeside(options, key, signal)
  let fault: unknown
  for (const video of waiting) {
    const recording = findRecording(db, video.recordingId)
    if (!recording) continue
    try {
      await sendTracks(options, video, recording, signal)
    } catch (error) {
      signal.throwIfAborted()
      fault ??= error // the other films do not wait for it
    }
  }
  if (fault !== undefined) throw fault
}

async function sendTracks(options: TrackOptions, video: Video, recording: Recording, signal: AbortSignal): Promise<void> {
  const { db, clock, bucket, logger, takesFolder } = options
  const { origin, rigId, startsAtMs, endsAtMs, fps } = recording
  const numbers = { left: 0, right: 0 }
  if (origin) {
    const window = { grid: { bootId: origin.bootId, originUs: origin.us, startsAtMs, fps }, frames: filmFrames(recording) }
    const log = openSegmentLog({ takesFolder, rigId, sinceMs: startsAtMs, labelOf: clock.labelOf })
    await log.refresh()
    const runs = trackRuns(window, log.takes, () => true)
    const isThere = await lookForSegments(runs.map((run) => ({ ...run, skipSeconds: 0, seconds: 0 })))
    for (const run of trackRuns(window, log.takes, isThere)) {
      const file = await openTrack(window, run, endsAtMs)
      if (!file) continue
      const objectKey = trackKey(video, run.camera, (numbers[run.camera] += 1))
      // What was sent before may have more in it than is left here by now.
      if (listBucketCopies(db, bucket.place, video.objectKey).some((each) => each.objectKey === objectKey)) continue
      await sendBeside(
        { ...options, beforePart: (ended) => untilFilmsRest(options, ended) },
        { filmKey: video.objectKey, objectKey, file },
        signal,
      )
    }
  }
  noteTracksSent(db, bucket.place, video, Math.round(clock.nowMs()))
  logger.info({ recording: recording.id, ...numbers }, "the cameras' tracks are in the bucket")
}

async function untilFilmsRest({ db, clock }: TrackOptions, signal: AbortSignal): Promise<void> {
  while (filmsWait(db)) {
    signal.throwIfAborted()
    await clock.sleep(lookMs, signal)
  }
}
