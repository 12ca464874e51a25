// A clip as callers see it: which seconds of the match, how far it is, and its files.
// Never tells a path of the disk.

import { z } from 'zod'
import { instant } from '../../booking/booking.ts'
import type { Recording } from '../../capture/recording.ts'
import { cameras } from '../../capture/take.ts'
import type { Clip } from '../../publish/clips/clip-store.ts'

export const clipSchema = z.object({
  id: z.string(),
  recordingId: z.string(),
  state: z.enum(['pending', 'made', 'failed']),
  fault: z.string().nullable(),
  label: z.string().nullable(),
  askedAt: z.iso.datetime(),
  fromSeconds: z.number().describe('in the match; the files begin at the key frame before, at most a second earlier'),
  seconds: z.number(),
  files: z
    .array(
      z.object({ camera: z.enum(cameras), stream: z.string(), frames: z.int(), seconds: z.number(), bytes: z.int(), sha256: z.string() }),
    )
    .describe('one for each camera, and one more for each time that it began anew; a camera that was lost has none'),
})

export const tellClip = ({ startsAtMs, fps }: Pick<Recording, 'startsAtMs' | 'fps'>, clip: Clip): z.infer<typeof clipSchema> => ({
  id: clip.id,
  recordingId: clip.recordingId,
  state: clip.state,
  fault: clip.fault,
  label: clip.label,
  askedAt: instant(clip.askedAtMs),
  fromSeconds: (clip.fromMs - startsAtMs) / 1_000,
  seconds: (clip.toMs - clip.fromMs) / 1_000,
  files: clip.files.map(({ name, frames, bytes, sha256 }) => ({
    camera: name.startsWith('left') ? 'left' : 'right',
    stream: `/clips/${clip.id}/files/${name}`,
    ...{ frames, seconds: frames / fps, bytes, sha256 },
  })),
})
