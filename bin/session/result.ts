// What `record` and `demo` answer: the facts of one recording and its film, from the rows alone.
// Never better than the truth: what is not known yet is null.

import type { App } from '../../src/app.ts'
import { instant } from '../../src/booking/booking.ts'
import { filmFrames, type Recording } from '../../src/capture/recording.ts'
import { inputs } from '../../src/capture/input.ts'
import { cameras } from '../../src/capture/take.ts'
import { shareWithout } from '../../src/check/coverage.ts'
import { bookendFrames } from '../../src/merge/branding/bookend-store.ts'
import { listGaps } from '../../src/merge/chunk-store.ts'
import { calibrationFaultOf } from '../../src/merge/film-calibration.ts'
import { formOf } from '../../src/merge/layouts/layout-of.ts'
import { listPictureFaults } from '../../src/merge/picture-faults.ts'
import { missingOf } from '../../src/publish/certificate.ts'
import type { Video } from '../../src/publish/video.ts'

export type SessionResult = ReturnType<typeof resultOf>

/** `publishSeconds` runs from the booking's end to the verified, published film; `gaps` count from the match's start, which is `introSeconds` into the file. */
export function resultOf(app: App, recording: Recording, video: Video, shareUrl: string | null) {
  const { published } = video
  const gaps = listGaps(app.db, recording.id)
  const total = filmFrames(recording)
  const { intro, outro } = bookendFrames(app.db, recording.id)
  const coverage = Object.fromEntries(
    (recording.sound ? inputs : cameras).map((input) => [input, shareWithout(missingOf(gaps, input, total), total)]),
  )
  return {
    bookingId: recording.bookingId,
    recordingId: recording.id,
    layout: formOf(recording).name,
    layoutBecause: calibrationFaultOf(app.db, recording.id),
    status: published?.status ?? 'failed',
    startsAt: instant(recording.startsAtMs),
    endsAt: instant(recording.endsAtMs),
    publishedAt: published ? instant(published.atMs) : null,
    publishSeconds: published ? round((published.atMs - recording.endsAtMs) / 1_000) : null,
    coverage,
    gaps: gaps.map((gap) => ({
      camera: gap.camera,
      fromSeconds: round(gap.firstFrame / recording.fps),
      seconds: round(gap.frames / recording.fps),
      cause: gap.cause,
    })),
    pictureFaults: listPictureFaults(app.db, recording.id).map(({ camera, fault, firstFrame, frames }) => ({
      ...{ camera, fault },
      fromSeconds: round(firstFrame / recording.fps),
      seconds: round(frames / recording.fps),
    })),
    verdict: published?.verdict ?? null,
    video: {
      id: video.id,
      path: app.store.pathOf(video.objectKey),
      width: published?.width ?? null,
      height: published?.height ?? null,
      fps: published?.fps ?? null,
      frames: published?.frames ?? null,
      durationSeconds: published ? round(published.frames / published.fps) : null,
      introSeconds: published ? round(intro / published.fps) : null,
      outroSeconds: published ? round(outro / published.fps) : null,
      bytes: published?.bytes ?? null,
      sha256: published?.sha256 ?? null,
    },
    shareUrl,
  }
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000
