// The facts of a certificate, gathered from rows; and the certificate that follows from them.
// Never reads footage and never a manifest: recording.json and the API tell what this returns.

import { z } from 'zod'
import packageFacts from '../../package.json' with { type: 'json' }
import type { Database } from '../adapters/sqlite.ts'
import type { BoxClock } from '../capture/box-time-file.ts'
import type { Recording } from '../capture/recording.ts'
import { erasedSegments } from '../capture/stored-segments.ts'
import { listTakes } from '../capture/stored-takes.ts'
import { uncalibratedBecause } from '../merge/film-calibration.ts'
import { listBookends } from '../merge/branding/bookend-store.ts'
import { listGaps } from '../merge/chunk-store.ts'
import { listPictureFaults } from '../merge/picture-faults.ts'
import { countShown } from '../merge/shown.ts'
import { isSynced, listSynced } from '../merge/sync/sync-store.ts'
import type { Certificate } from './certificate-form.ts'
import { certificateOf } from './certificate.ts'
import { findVideoOf } from './video.ts'

/** `undefined` while the film is being merged, and for one that never will be. */
export function readCertificate(db: Database, recording: Recording, labelOf: BoxClock['labelOf']): Certificate | undefined {
  if (!recording.steps.some(({ name, state }) => name === 'merge' && state === 'done')) return undefined
  const takes = listTakes(db, '', { during: recording, erased: true })
  return certificateOf({
    recording,
    takes,
    erased: new Map(takes.map(({ id }) => [id, erasedSegments(db, id)])),
    gaps: listGaps(db, recording.id),
    pictureFaults: listPictureFaults(db, recording.id),
    shown: { left: countShown(db, recording.id, 'left'), right: countShown(db, recording.id, 'right') },
    damaged: damagedSegments(db, recording.id),
    sync: isSynced(db, recording.id) ? listSynced(db, recording.id) : undefined,
    unsyncedBecause: uncalibratedBecause(db, recording.id),
    video: findVideoOf(db, recording.id),
    bookends: listBookends(db, recording.id).map(({ slot, frames, sha256, fault }) => ({
      ...{ slot, frames: fault === null ? frames : null, sha256, fault },
    })),
    clockOf: labelOf,
    softwareVersion: packageFacts.version,
  })
}

const damaged = z.object({ take: z.string(), segment: z.int() })

/** Told as events when they were read. */
export function damagedSegments(db: Database, recordingId: string): { take: string; segment: number }[] {
  return db
    .all("select facts from event where kind = 'segment.damaged' and subject_id = ? order by id", recordingId)
    .map((row) => damaged.parse(JSON.parse(String(row['facts']))))
}
