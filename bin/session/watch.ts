// How a recording stands, looked at a few times a second for people who watch: both cameras, the merge, the film in the store.
// Reads rows and journals; changes nothing.

import { forecastFilm, type FilmForecast } from '../../config/film-profiles.ts'
import { filmedPixels } from '../../config/settings.ts'
import type { App } from '../../src/app.ts'
import { filmFrames, type Recording, type StepState } from '../../src/capture/recording.ts'
import { findRecordingOf } from '../../src/capture/recording-store.ts'
import { openSegmentLog } from '../../src/capture/segment-log.ts'
import { cameras, type Camera } from '../../src/capture/take.ts'
import { listGaps, mergedBytes, mergedUntil } from '../../src/merge/chunk-store.ts'
import { findVideoOf, type Video } from '../../src/publish/video.ts'

export type CameraLook = {
  readonly camera: Camera
  readonly frames: number
  readonly takes: number
  readonly alive: boolean
  readonly missingFrames: number
}

export type Look = {
  readonly nowMs: number
  readonly startsAtMs: number
  readonly endsAtMs: number
  readonly cameras: readonly CameraLook[]
  readonly steps: Readonly<Record<string, StepState>>
  readonly filmFrames: number
  readonly mergedFrames: number
  readonly chunks: number
  readonly bodyBytes: number
  readonly size: FilmForecast
  readonly recording: Recording | undefined
  readonly video: Video | undefined
}

/** Follows one booking; call it again for a fresh look. */
export function openWatch(app: App, bookingId: string): () => Promise<Look> {
  const { db, clock, settings, bookings } = app
  const log = openSegmentLog({ takesFolder: settings.paths.takes, rigId: settings.camera.rigId, sinceMs: clock.nowMs() - 60_000 })
  const sinceMs = clock.nowMs() - 1_000
  return async () => {
    await log.refresh()
    const booking = bookings.get(bookingId)
    const recording = findRecordingOf(db, bookingId)
    const gaps = recording ? listGaps(db, recording.id) : []
    const merged = recording ? mergedUntil(db, recording.id) : { chunks: 0, frames: 0 }
    const video = recording && findVideoOf(db, recording.id)
    const window = { startsAtMs: booking.startsAtMs, endsAtMs: booking.endsAtMs }
    return {
      nowMs: clock.nowMs(),
      ...window,
      cameras: cameras.map((camera) => {
        const takes = log.takes.filter((take) => take.camera === camera && take.begunAtMs >= sinceMs)
        return {
          camera,
          frames: takes.reduce((sum, take) => sum + (take.anchors.at(-1)?.frames ?? 0), 0),
          takes: takes.length,
          alive: takes.some((take) => take.ended === undefined && take.anchors.length > 0),
          missingFrames: gaps.filter((gap) => gap.camera === camera).reduce((sum, gap) => sum + gap.frames, 0),
        }
      }),
      steps: Object.fromEntries(recording?.steps.map(({ name, state }) => [name, state]) ?? []),
      filmFrames: filmFrames({ ...window, fps: settings.camera.fps }),
      mergedFrames: merged.frames,
      chunks: merged.chunks,
      bodyBytes: video?.bodyBytes ?? 0,
      size: forecastFilm(settings.merge, filmedPixels(settings), {
        totalMs: window.endsAtMs - window.startsAtMs,
        mergedMs: (merged.frames * 1_000) / settings.camera.fps,
        mergedBytes: recording ? mergedBytes(db, recording.id) : 0,
      }),
      recording,
      video,
    }
  }
}
