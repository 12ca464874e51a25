// A marked moment as callers see it: when it was, and where it lies in the match.
// Never changes anything.

import { z } from 'zod'
import { instant } from '../../booking/booking.ts'
import type { Marker } from '../../capture/marker-store.ts'
import type { Recording } from '../../capture/recording.ts'

export const markerSchema = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  fromSeconds: z.number().describe('in the match: in the file it is introSeconds later'),
  label: z.string().nullable(),
})

export const tellMarker = ({ startsAtMs }: Pick<Recording, 'startsAtMs'>, { id, atMs, label }: Marker): z.infer<typeof markerSchema> => ({
  id,
  at: instant(atMs),
  fromSeconds: (atMs - startsAtMs) / 1_000,
  label,
})
