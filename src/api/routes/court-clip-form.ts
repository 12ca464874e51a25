// The clips of a match as the court's page shows them, each with what was made of it for phones.
// Never tells of another match.

import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'
import { listClips } from '../../publish/clips/clip-store.ts'
import { phoneShapes } from '../../publish/clips/phone-clip-format.ts'
import { listPhoneClips } from '../../publish/clips/phone-clip-store.ts'
import type { CourtState } from '../../share/court-page.ts'

export const courtClipsSchema = z.array(
  z.object({
    id: z.string(),
    state: z.enum(['pending', 'made', 'failed']),
    at: z.string(),
    phone: z.array(
      z.object({
        shape: z.enum(phoneShapes),
        state: z.enum(['pending', 'made', 'failed']),
        progress: z.number().min(0).max(1),
        file: z.string().nullable(),
      }),
    ),
  }),
)

/** Each with what was made of it for phones. */
export function tellCourtClips(db: Database, recordingId: string, timeOf: (ms: number) => string): CourtState['clips'] {
  const phone = listPhoneClips(db, recordingId)
  return listClips(db, recordingId).map(({ id, state, fromMs, toMs }) => ({
    ...{ id, state, at: timeOf(toMs) },
    phone: phone
      .filter((each) => each.fromMs === fromMs && each.toMs === toMs)
      .map((each) => ({
        ...{ shape: each.shape, state: each.state, progress: each.progress },
        file: each.made ? `/court/phone-clips/${each.id}` : null,
      })),
  }))
}
