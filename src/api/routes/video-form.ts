// A published film as callers see it: its facts, and how much of it each camera saw.
// Never tells of a film that is not published.

import { z } from 'zod'
import { layouts } from '../../../config/picture-words.ts'
import { instant } from '../../booking/booking.ts'
import { findBooking } from '../../booking/booking-store.ts'
import { inputs, type Input } from '../../capture/input.ts'
import { filmFrames, type Recording } from '../../capture/recording.ts'
import { findRecording } from '../../capture/recording-store.ts'
import { cameras } from '../../capture/take.ts'
import { shareWithout } from '../../check/coverage.ts'
import { bookendFrames } from '../../merge/branding/bookend-store.ts'
import { listGaps } from '../../merge/chunk-store.ts'
import { calibrationFaultOf } from '../../merge/film-calibration.ts'
import { formOf } from '../../merge/layouts/layout-of.ts'
import { listPictureFaults } from '../../merge/picture-faults.ts'
import { listPhoneClips } from '../../publish/clips/phone-clip-store.ts'
import { listCompanions } from '../../publish/companions/companion-store.ts'
import { findTracks, trackObjectSchema } from '../../publish/tracks/track-store.ts'
import { loudnessSchema, soundWordOf, soundWords } from '../../publish/companions/loudness.ts'
import { verdictSchema } from '../../publish/verdict.ts'
import { listRedrawn } from '../../merge/rig/rig-store.ts'
import { missingOf } from '../../publish/certificate.ts'
import { heldBecause } from '../../publish/film-hold.ts'
import type { Video } from '../../publish/video.ts'
import { listMarkers } from '../../capture/marker-store.ts'
import type { Door } from '../routing/door.ts'
import { markerSchema, tellMarker } from './marker-form.ts'
import { phoneClipSchema, tellPhoneClip } from './phone-clip-form.ts'

export const videoSchema = z.object({
  id: z.string(),
  recordingId: z.string(),
  bookingId: z.string(),
  title: z.string().nullable(),
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  status: z.enum(['complete', 'partial']),
  layout: z.enum(layouts).describe('as the film is drawn'),
  width: z.int(),
  height: z.int(),
  fps: z.int(),
  frames: z.int().describe('of the file: intro, match, outro'),
  durationSeconds: z.number().describe('of the file'),
  introSeconds: z.number().describe('of the file before the match: what is told of the match counts from there'),
  outroSeconds: z.number().describe('of the file behind the match'),
  bytes: z.int(),
  sha256: z.string().nullable().describe('hexadecimal; null for a moment after publishing'),
  publishedAt: z.iso.datetime(),
  stream: z.string(),
  poster: z.string(),
  preview: z.string().nullable().describe('a still of 1200x630; null until it is made'),
  thumbnails: z.string().nullable().describe('WebVTT; null until they are made'),
  rendition: z
    .object({ stream: z.string(), width: z.int(), height: z.int(), bytes: z.int() })
    .nullable()
    .describe('a smaller version of a film wider than 1920; null for others, and until it is made'),
})

const share = z.number().min(0).max(1)

export const videoDetailSchema = videoSchema.extend({
  heldBecause: z.string().nullable().describe('it is not removed until it is released'),
  coverage: z
    .object({ left: share, right: share, sound: share.optional() })
    .describe('share of the film that each camera saw, and that has sound where it was asked for'),
  gaps: z.array(
    z.object({
      camera: z.enum(inputs),
      fromSeconds: z.number().describe('in the match: in the file it is introSeconds later'),
      seconds: z.number(),
      cause: z.string(),
    }),
  ),
  pictureFaults: z
    .array(
      z.object({
        camera: z.enum(cameras),
        fault: z.enum(['black', 'covered', 'frozen']),
        fromSeconds: z.number(),
        seconds: z.number(),
      }),
    )
    .describe('suspicions: the footage is there'),
  markers: z.array(markerSchema).describe('moments that somebody marked, in order'),
  phoneClips: z.array(phoneClipSchema).describe('parts of it for phones, in the order in which they were asked for'),
  verdict: verdictSchema.nullable().describe('what was found of the film when it was published'),
  tracks: z
    .array(trackObjectSchema)
    .nullable()
    .describe(
      'what each camera gave, cut at the match, as objects of the bucket (MPEG-TS); null until they are there, and where S3_TRACKS is off',
    ),
  sound: z.enum(soundWords).describe('none: the film has no track of sound; silent: nothing is to be heard on it'),
  loudness: loudnessSchema.nullable().describe('EBU R 128; null for a film without sound, and until it was measured'),
  drawnBecause: z.string().nullable().describe('why a panorama that was asked for is none'),
  redrawn: z
    .array(z.object({ fromSeconds: z.number(), drawn: z.enum(['panorama', 'side-by-side']), because: z.string() }))
    .describe('from when on a panorama is drawn otherwise, within its canvas: its cameras were moved'),
})

/** `undefined` when it is not published. */
export function tellVideo({ db }: Pick<Door, 'db'>, video: Video): z.infer<typeof videoSchema> | undefined {
  const { published } = video
  const recording = findRecording(db, video.recordingId)
  if (!published || !recording) return undefined
  const { intro, outro } = bookendFrames(db, recording.id)
  const companions = listCompanions(db, video.id)
  const rendition = companions.find(({ kind }) => kind === 'rendition')
  return {
    id: video.id,
    recordingId: recording.id,
    bookingId: recording.bookingId,
    title: findBooking(db, recording.bookingId)?.title ?? null,
    startsAt: instant(recording.startsAtMs),
    endsAt: instant(recording.endsAtMs),
    status: published.status,
    layout: formOf(recording).name,
    width: published.width,
    height: published.height,
    fps: published.fps,
    frames: published.frames,
    durationSeconds: published.frames / published.fps,
    introSeconds: intro / published.fps,
    outroSeconds: outro / published.fps,
    bytes: published.bytes,
    sha256: published.sha256,
    publishedAt: instant(published.atMs),
    stream: `/videos/${video.id}/stream`,
    poster: `/videos/${video.id}/poster`,
    preview: companions.some(({ kind }) => kind === 'preview') ? `/videos/${video.id}/preview` : null,
    thumbnails: companions.some(({ kind }) => kind === 'thumbnails') ? `/videos/${video.id}/thumbnails/thumbnails.vtt` : null,
    rendition: rendition
      ? {
          stream: `/videos/${video.id}/rendition`,
          width: rendition.width ?? 0,
          height: rendition.height ?? 0,
          bytes: rendition.bytes,
        }
      : null,
  }
}

export function tellVideoDetail(door: Pick<Door, 'db'>, video: Video, recording: Recording): z.infer<typeof videoDetailSchema> | undefined {
  const told = tellVideo(door, video)
  const gaps = listGaps(door.db, recording.id)
  const frames = filmFrames(recording)
  const shareOf = (input: Input): number => shareWithout(missingOf(gaps, input, frames), frames)
  return (
    told && {
      ...told,
      coverage: { left: shareOf('left'), right: shareOf('right'), ...(recording.sound ? { sound: shareOf('sound') } : {}) },
      gaps: gaps.map(({ camera, firstFrame, frames, cause }) => ({
        camera,
        fromSeconds: firstFrame / recording.fps,
        seconds: frames / recording.fps,
        cause,
      })),
      pictureFaults: listPictureFaults(door.db, recording.id).map(({ camera, fault, firstFrame, frames }) => ({
        camera,
        fault,
        fromSeconds: firstFrame / recording.fps,
        seconds: frames / recording.fps,
      })),
      markers: listMarkers(door.db, recording.id).map((each) => tellMarker(recording, each)),
      tracks: findTracks(door.db, video)?.objects ?? null,
      phoneClips: listPhoneClips(door.db, recording.id).map((each) => tellPhoneClip(recording, each)),
      verdict: video.published?.verdict ?? null,
      sound: soundWordOf(recording.sound, video.published?.loudness ?? null),
      loudness: video.published?.loudness ?? null,
      heldBecause: heldBecause(door.db, video.id),
      drawnBecause: calibrationFaultOf(door.db, recording.id),
      redrawn: listRedrawn(door.db, recording.id).map(({ firstFrame, drawn, because }) => ({
        fromSeconds: firstFrame / recording.fps,
        drawn,
        because,
      })),
    }
  )
}
