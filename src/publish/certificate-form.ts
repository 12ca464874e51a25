// The form of a recording's certificate: what is said of its footage and its film, and how anybody can check it.
// Never computes anything. In words: docs/ref/manifest.md.

import { z } from 'zod'
import { bookendSlots } from '../../config/picture-words.ts'
import { loudnessSchema } from './companions/loudness.ts'
import { verdictSchema } from './verdict.ts'

const span = {
  from: z.iso.datetime().describe('UTC, by the booking and the film: start plus place in the film'),
  to: z.iso.datetime(),
  fromSeconds: z.number().describe("in the match: in the film's file, an intro later"),
  seconds: z.number(),
}

const held = {
  coverage: z.number().min(0).max(1).describe('share of the film outside every gap, rounded down'),
  gaps: z.array(z.object({ ...span, frames: z.int(), cause: z.string() })),
  segments: z.array(
    z.object({
      file: z.string().describe('below TAKES_DIR'),
      firstFrame: z.int().describe('of the match; negative before its start'),
      frames: z.int().describe('pictures; of sound, access units'),
      bytes: z.int(),
      sha256: z.string(),
      erased: z.boolean().describe('the file was erased after the film was published'),
    }),
  ),
}

const heldSchema = z.object(held)

/** What was captured of one camera, or of the sound. */
export type Held = z.infer<typeof heldSchema>

const cameraSchema = z.object({
  ...held,
  frames: z
    .object({ expected: z.int(), kept: z.int(), repeated: z.int(), missing: z.int() })
    .nullable()
    .describe('frames of the film: with a picture of their own, with the one before again, with none'),
  pictureFaults: z.array(z.object({ ...span, fault: z.enum(['black', 'covered', 'frozen']) })),
  drift: z
    .object({ ppm: z.number(), uncertaintyPpm: z.number(), seconds: z.number(), anchors: z.int() })
    .nullable()
    .describe("of the camera's clock against the monotonic clock of the box; positive: the camera runs slow"),
})

export const certificateSchema = z.object({
  version: z.literal(1),
  recordingId: z.string(),
  bookingId: z.string(),
  startsAt: z.iso.datetime(),
  endsAt: z.iso.datetime(),
  frames: z.int(),
  fps: z.int(),
  cameras: z.object({ left: cameraSchema, right: cameraSchema }),
  sound: heldSchema.optional().describe('only of a film that was to have sound'),
  offset: z
    .object({ ms: z.number(), uncertaintyMs: z.number(), frame: z.int(), at: z.iso.datetime() })
    .nullable()
    .describe(
      "capture instant of the right camera's picture minus the left one's, of the first frame that both hold, by their clocks; uncertaintyMs is of the clocks alone: a delay behind them is in offsetFromPictures, or unknown",
    ),
  offsetFromPictures: z
    .object({
      ms: z.number().describe('in the middle of the film, before the correction'),
      residualMs: z.number().describe('what a straight line through the windows leaves, root mean square'),
      driftPpm: z.number().optional().describe('how fast the offset grows; of a minute of film and more'),
      windows: z.int(),
      outliers: z.int().describe('windows that do not count'),
      correctedFrames: z.object({ first: z.int(), last: z.int() }).describe('by how many frames the right pictures were taken later'),
    })
    .nullable()
    .optional()
    .describe(
      'how far what the right camera shows lags what the left one shows, by what both see and by their clocks; null for a film whose rig was not calibrated',
    ),
  clock: z.object({
    trusted: z.boolean().nullable().describe('whether the box believed its time when this was filmed'),
    setByTimeServer: z.boolean().nullable(),
    boots: z.array(z.string()),
  }),
  segmentsReadBack: z.object({
    done: z.boolean(),
    damaged: z.array(z.string()).describe('files that were not what was written'),
  }),
  film: z
    .object({
      videoId: z.string(),
      objectKey: z.string(),
      status: z.enum(['complete', 'partial']),
      publishedAt: z.iso.datetime(),
      frames: z.int().describe('of the file: intro, match, outro'),
      bytes: z.int(),
      sha256: z.string().nullable(),
      verdict: verdictSchema.nullable().describe('what was found of it when it was published'),
      loudness: loudnessSchema.nullable().optional().describe('EBU R 128; only of a film that was to have sound'),
    })
    .nullable(),
  bookends: z
    .array(
      z.object({
        slot: z.enum(bookendSlots),
        frames: z.int().nullable().describe("of the film's file; null when it is not in it"),
        sha256: z.string().nullable().describe('of the file that it was made of'),
        fault: z.string().nullable().describe('why it is not in the film'),
      }),
    )
    .optional()
    .describe('intro and outro that were set: they stand before and behind the match, and show none of it'),
  software: z.object({ name: z.literal('ezrec'), version: z.string() }).describe('that computed this certificate'),
  signed: z.literal(false),
  notMeasured: z.array(z.object({ what: z.string(), why: z.string() })).describe('for each null above'),
  verify: z.array(z.string()),
})

export type Certificate = z.infer<typeof certificateSchema>
