// recording.json read back, for a database that has lost what it tells. Schema: docs/ref/manifest.md.
// Reads only what we wrote: a link is not followed, and what does not parse is told.

import { lstat, readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { EzrecError } from '../base/errors.ts'
import { isId } from '../base/ids.ts'
import { arrangementSchema } from '../capture/arrangement.ts'
import { bookendRow } from '../merge/branding/bookend-store.ts'
import { longestScore } from '../merge/branding/score-text.ts'
import { mostScores } from '../merge/branding/score-store.ts'
import { logoRow } from '../merge/branding/logo-store.ts'
import { inputs } from '../capture/input.ts'
import { mostMarkers } from '../capture/marker-store.ts'
import { syncWindowSchema } from '../merge/sync/sync-store.ts'
import { calibrationSchema } from '../merge/stitch/calibration.ts'
import { storedPhoneClipsSchema } from './clips/stored-phone-clips.ts'
import { companionKinds } from './companions/companion-store.ts'
import { loudnessSchema } from './companions/loudness.ts'
import { confirmedSchema } from './stores/s3/confirmed-upload.ts'
import { sweptKinds } from './swept-store.ts'
import { sentTracksSchema } from './tracks/track-store.ts'
import { verdictSchema } from './verdict.ts'

const instantMs = z.iso.datetime().transform((text) => Date.parse(text))
const stretch = { fromSeconds: z.number().nonnegative(), seconds: z.number().nonnegative() }
const count = z.int().nonnegative()
const shown = z.object({ frames: z.object({ kept: count, repeated: count, missing: count }).nullable() })

const companionSchema = z.object({
  kind: z.enum(companionKinds),
  number: count,
  objectKey: z.string().max(500),
  width: z.int().positive().nullable(),
  height: z.int().positive().nullable(),
  bytes: count,
  sha256: z.string().max(64),
})

const manifest = z.object({
  version: z.literal(1),
  recordingId: z.string().refine(isId),
  booking: z.object({
    id: z.string().refine(isId),
    callerId: z.string().nullable(),
    userId: z.string(),
    rigId: z.string(),
    title: z.string().nullable(),
  }),
  startsAt: instantMs,
  endsAt: instantMs,
  steps: z.record(
    z.string(),
    z.object({ state: z.enum(['pending', 'working', 'done', 'failed']), code: z.string().optional(), message: z.string().nullish() }),
  ),
  film: arrangementSchema.extend({
    fps: z.int().positive(),
    cameraWidth: z.int().positive(),
    cameraHeight: z.int().positive(),
    sound: z.boolean().default(false),
    origin: z.object({ bootId: z.string(), us: z.int() }).nullable(),
    logos: z.array(logoRow).max(16).default([]),
    bookends: z.array(bookendRow).max(2).default([]),
    score: z
      .array(z.object({ fromSeconds: z.number().nonnegative(), text: z.string().max(longestScore) }))
      .max(mostScores)
      .default([]),
    calibration: z
      .union([calibrationSchema, z.null(), z.literal('damaged')])
      .optional()
      .catch('damaged'),
    leadIn: syncWindowSchema.nullish().catch(undefined),
    drawnBecause: z.string().max(500).nullish().catch(undefined),
    redrawn: z
      .array(
        z.object({
          firstFrame: count,
          drawn: z.enum(['panorama', 'side-by-side']),
          calibration: calibrationSchema.nullable(),
          because: z.string().max(500),
        }),
      )
      .max(1_000)
      .optional()
      .catch(undefined),
  }),
  gaps: z.array(z.object({ camera: z.enum(inputs), ...stretch, cause: z.string() })),
  pictureFaults: z
    .array(z.object({ camera: z.enum(['left', 'right']), fault: z.enum(['black', 'covered', 'frozen']), ...stretch }))
    .default([]),
  markers: z
    .array(
      z.object({ id: z.string().refine(isId), at: instantMs, label: z.string().max(200).nullable(), setBy: z.string(), setAt: instantMs }),
    )
    .max(mostMarkers)
    .default([])
    .catch([]),
  chunks: z.array(
    z.object({ number: count, firstFrame: count, frames: count, bytes: count, payloadBytes: count, sha256: z.string().max(64) }),
  ),
  video: z
    .object({
      id: z.string().refine(isId),
      objectKey: z.string().max(500),
      publishedAt: instantMs,
      width: z.int().positive(),
      height: z.int().positive(),
      fps: z.int().positive(),
      frames: count,
      bytes: count,
      sha256: z.string().max(64).nullable(),
      status: z.enum(['complete', 'partial']),
      verdict: verdictSchema.nullish().catch(undefined),
      loudness: loudnessSchema.nullish().catch(undefined),
      companions: z.array(companionSchema).max(1_000).default([]).catch([]),
      heldBecause: z.string().max(1_000).nullish(),
      swept: z
        .array(z.object({ what: z.enum(sweptKinds), bytes: count, because: z.string().max(1_000), at: instantMs }))
        .max(sweptKinds.length)
        .default([]),
      bucket: confirmedSchema.nullish().catch(undefined),
      tracks: sentTracksSchema.nullish().catch(undefined),
    })
    .nullable(),
  phoneClips: storedPhoneClipsSchema.nullish().catch(undefined),
  removed: z.object({ at: instantMs, videoId: z.string().refine(isId), objectKey: z.string().max(500) }).nullish(),
  certificate: z
    .object({ cameras: z.object({ left: shown, right: shown }) })
    .nullish()
    .catch(undefined),
})

export type StoredManifest = z.infer<typeof manifest>

/** A day of chunks is about 20 MB. */
const mostBytes = 256 * 1024 * 1024

/** The manifest in a recording's folder; `undefined` when none was written. Errors: media_unreadable. */
export async function readManifest(folder: string): Promise<StoredManifest | undefined> {
  const file = path.join(folder, 'recording.json')
  const facts = await lstat(file).catch(() => undefined)
  if (facts === undefined) return undefined
  try {
    if (!facts.isFile() || facts.size > mostBytes) throw new Error('it is no regular file of a bearable size')
    const read = parseManifest(JSON.parse(await readFile(file, 'utf8')))
    if (read.recordingId !== path.basename(folder)) throw new Error(`it tells of recording ${read.recordingId}`)
    return read
  } catch (cause) {
    throw new EzrecError('media_unreadable', `${file} is no manifest of its recording`, { hint: 'keep it for a report', cause })
  }
}

/** Throws for anything that is no manifest of ours with a window. */
export function parseManifest(value: unknown): StoredManifest {
  const read = manifest.parse(value)
  if (read.startsAt >= read.endsAt) throw new Error('its window is empty')
  return read
}
