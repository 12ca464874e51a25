// A clip for phones as callers see it: which seconds of the film, its shape, how far it is, and where its file is.
// Never tells a path of the disk.

import { z } from 'zod'
import { instant } from '../../booking/booking.ts'
import type { Recording } from '../../capture/recording.ts'
import { phoneShapes } from '../../publish/clips/phone-clip-format.ts'
import type { PhoneClip } from '../../publish/clips/phone-clip-store.ts'

export const phoneClipSchema = z.object({
  id: z.string(),
  recordingId: z.string(),
  shape: z.enum(phoneShapes),
  state: z.enum(['pending', 'made', 'failed']),
  progress: z.number().min(0).max(1).describe('of the try that is under way; it begins anew when a recording ended one'),
  fault: z.string().nullable(),
  label: z.string().nullable(),
  askedAt: z.iso.datetime(),
  fromSeconds: z.number().describe('in the match: in the file of the film it is introSeconds later'),
  seconds: z.number(),
  file: z
    .object({ stream: z.string(), width: z.int(), height: z.int(), bytes: z.int(), sha256: z.string() })
    .nullable()
    .describe('null until it is made'),
})

export const tellPhoneClip = ({ startsAtMs }: Pick<Recording, 'startsAtMs'>, clip: PhoneClip): z.infer<typeof phoneClipSchema> => ({
  id: clip.id,
  recordingId: clip.recordingId,
  shape: clip.shape,
  state: clip.state,
  progress: clip.progress,
  fault: clip.fault,
  label: clip.label,
  askedAt: instant(clip.askedAtMs),
  fromSeconds: (clip.fromMs - startsAtMs) / 1_000,
  seconds: (clip.toMs - clip.fromMs) / 1_000,
  file: clip.made ? { stream: `/phone-clips/${clip.id}/file`, ...clip.made } : null,
})
