// What comes out of the encoder, in order: the init segment must be the film's own, each fragment becomes its next chunk.
// Never changes a picture; a piece that does not fit ends the life.

import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { EncoderKind } from '../adapters/ffmpeg.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import { EzrecError } from '../base/errors.ts'
import { removeUnfinished, writeDurably } from '../base/files.ts'
import { initFile, keepInit, readInit, type GapRow } from './chunk-store.ts'
import { descriptionOf } from './branding/bookend-film.ts'
import { dropBookend, misfits, noteBookendFault } from './branding/bookend-store.ts'
import { sampleDescriptions } from './cmaf.ts'
import type { Encoder } from './encoder.ts'
import type { FilmSound } from './sound/film-sound.ts'
import { addSoundTrack } from './sound/sound-track.ts'
import { openVerifier, type Verifier } from './verifier.ts'
import type { ExposureNote } from './film-exposure.ts'
import { landChunk } from './land-chunk.ts'
import type { SmallPicture } from './preview/small-pictures.ts'
import type { RigLook } from './rig/rig-store.ts'
import type { ShownFrame } from './shown.ts'
import type { SyncNote } from './sync/sync-store.ts'

export type LandPiecesOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly recordingId: string
  readonly folder: string
  readonly from: { readonly chunks: number; readonly frames: number }
  /** What was not shown, frame by frame, filled by the composer before the encoder sees the frame. */
  readonly missing: GapRow[]
  /** What each camera gave to each frame, filled likewise. */
  readonly shown: ShownFrame[]
  /** What sync tells of them, filled likewise: of a film that is synced by its pictures. */
  readonly synced?: SyncNote[]
  /** How its exposure goes, likewise: of a panorama. */
  readonly exposed?: ExposureNote[]
  /** Small pictures of them, likewise. */
  readonly small?: SmallPicture[]
  readonly fps: number
  /** How its rig was found to stand, likewise. */
  readonly looked?: RigLook[]
  /** Of a film that has sound. */
  readonly sound?: FilmSound | undefined
  /** Whose pieces they are; x264's unless it says otherwise. */
  readonly encoder?: EncoderKind | undefined
  readonly signal: AbortSignal
}

/** Resolves when the encoder has ended and its last fragment has landed. */
export async function landPieces(encoder: Encoder, options: LandPiecesOptions): Promise<void> {
  const { folder } = options
  await mkdir(path.join(folder, 'chunks'), { recursive: true })
  await removeUnfinished(path.join(folder, 'chunks')) // of a life that was killed
  let number = options.from.chunks
  let firstFrame = options.from.frames
  let verifier: Verifier | undefined
  try {
    for await (const piece of encoder.pieces()) {
      if (piece.is === 'init') {
        verifier ??= openVerifier(await sameInit(options.sound ? addSoundTrack(piece.bytes) : piece.bytes, options))
        continue
      }
      if (!verifier)
        throw new EzrecError('media_unreadable', 'the encoder gave a fragment before its init segment', { hint: 'it is started again' })
      const landing = {
        ...options,
        verifier,
        number,
        firstFrame,
        takeGaps: (end: number) => takeUntil(options.missing, (gap) => gap.firstFrame >= end),
        takeShown: (end: number) => takeUntil(options.shown, ({ frame }) => frame >= end),
        takeSynced: (end: number) => takeUntil(options.synced ?? [], ({ frame }) => frame >= end),
        takeExposed: (end: number) => takeUntil(options.exposed ?? [], ({ frame }) => frame >= end),
        takeSmall: (end: number) => takeUntil(options.small ?? [], ({ frame }) => frame >= end),
        takeLooked: (end: number) => takeUntil(options.looked ?? [], ({ frame }) => frame >= end),
      }
      const chunk = await landChunk(piece.bytes, landing)
      number += 1
      firstFrame += chunk.frames
    }
  } finally {
    await verifier?.close()
  }
}

/** Takes out what stands before the first one that is later. */
function takeUntil<T>(all: T[], isLater: (each: T) => boolean): T[] {
  const later = all.findIndex(isLater)
  return all.splice(0, later < 0 ? all.length : later)
}

/** A film has one sample description for ever: a second encoder's must be the first one's. */
async function sameInit(bytes: Buffer, { db, clock, recordingId, folder, encoder }: LandPiecesOptions): Promise<Buffer> {
  const kept = readInit(db, recordingId)
  if (kept === undefined) {
    for (const slot of misfits(db, recordingId, descriptionOf(bytes))) {
      noteBookendFault(db, recordingId, slot, "its pictures are described otherwise than the film's", clock.nowMs())
      dropBookend(db, recordingId, slot)
    }
    await writeDurably(path.join(folder, initFile), bytes)
    keepInit(db, recordingId, bytes)
    return bytes
  }
  if (!sampleDescriptions(kept).equals(sampleDescriptions(bytes)))
    throw new EzrecError('internal', 'a restarted encoder describes its pictures differently', {
      hint: 'keep the encoder settings and the ffmpeg version while a recording is being merged',
      facts: { encoder: encoder ?? 'x264' },
    })
  return kept
}
