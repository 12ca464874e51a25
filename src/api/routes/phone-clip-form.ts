// A clip for phones as callers see it: which seconds of the film, its shape, how far it is, and where its file is.
// Never tells a path of the disk, nor an address of the bucket that would not open.

import { z } from 'zod'
import { instant } from '../../booking/booking.ts'
import type { Recording } from '../../capture/recording.ts'
import { phoneShapes } from '../../publish/clips/phone-clip-format.ts'
import type { PhoneClip } from '../../publish/clips/phone-clip-store.ts'
import { readableClip } from '../../publish/clip-object-store.ts'
import { findVideoOf } from '../../publish/video.ts'
import { attachment } from '../../share/film-name.ts'
import { phoneClipName } from '../media/phone-clip-answer.ts'
import type { Door } from '../routing/door.ts'

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

const addressSeconds = 3_600

/** An address is for who asks now: it stands in no answer that is kept. */
export const phoneClipDetailSchema = phoneClipSchema.extend({
  bucket: z
    .object({ url: z.url(), download: z.url().describe('named for people'), expiresAt: z.iso.datetime() })
    .nullable()
    .describe(
      'signed addresses in the bucket that open with this box switched off, for whoever has them, for an hour; null without a bucket, until the clip is there, and where the key of the bucket may not read',
    ),
})

export async function tellPhoneClipDetail(
  door: Door,
  recording: Recording,
  clip: PhoneClip,
): Promise<z.infer<typeof phoneClipDetailSchema>> {
  return { ...tellPhoneClip(recording, clip), bucket: await addressesOf(door, recording, clip) }
}

async function addressesOf(door: Door, { id, startsAtMs }: Recording, clip: PhoneClip): Promise<BucketAddresses | null> {
  const { db, bucket, clock } = door
  const [video, key] = [findVideoOf(db, id), bucket && readableClip(db, bucket.place, clip.id)]
  if (!bucket || !clip.made || !video?.published || key === undefined) return null
  const seconds = addressSeconds
  const disposition = attachment(phoneClipName(door, video, { ...clip, startsAtMs }))
  return {
    url: await bucket.sign(key, { seconds }),
    download: await bucket.sign(key, { seconds, disposition }),
    expiresAt: instant(clock.nowMs() + seconds * 1_000),
  }
}

type BucketAddresses = NonNullable<z.infer<typeof phoneClipDetailSchema>['bucket']>
