// A fragment from the encoder becomes a chunk: given its sound, placed in the film, made durable, every picture decoded, then its row.
// A fragment that does not decode is thrown back: the merge starts again from the last good chunk.

import { createHash } from 'node:crypto'
import path from 'node:path'
import type { EncoderKind } from '../adapters/ffmpeg.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import { EzrecError } from '../base/errors.ts'
import { writeDurably } from '../base/files.ts'
import { leadTicks } from './branding/bookend-store.ts'
import { addChunk, addGap, chunkFile, decodeTimes, type Chunk, type GapRow } from './chunk-store.ts'
import { soundForm } from '../capture/drivers/sound-arguments.ts'
import { picturesIn, placeFragment, readFragment } from './cmaf.ts'
import { addExposure } from './exposure-store.ts'
import type { ExposureNote } from './film-exposure.ts'
import { addSmallPictures } from './preview/small-picture-store.ts'
import type { SmallPicture } from './preview/small-pictures.ts'
import { addLook, type RigLook } from './rig/rig-store.ts'
import { addShown, type ShownFrame } from './shown.ts'
import { addSync, type SyncNote } from './sync/sync-store.ts'
import { addSound, silentUnit, soundTrack } from './sound/sound-track.ts'
import type { FilmSound } from './sound/film-sound.ts'
import type { Verifier } from './verifier.ts'

export type Landing = {
  readonly db: Database
  readonly clock: Clock
  readonly recordingId: string
  /** Absolute. */
  readonly folder: string
  readonly verifier: Verifier
  readonly number: number
  readonly firstFrame: number
  /** What cameras did not show before frame `end` and was not yet told: its rows come with the chunk's. */
  readonly takeGaps: (end: number) => readonly GapRow[]
  /** What each camera gave to the frames before `end`, likewise. */
  readonly takeShown: (end: number) => readonly ShownFrame[]
  /** What sync told of the frames before `end`, likewise. */
  readonly takeSynced: (end: number) => readonly SyncNote[]
  /** How the exposure of a panorama went before it, likewise. */
  readonly takeExposed: (end: number) => readonly ExposureNote[]
  /** Small pictures of them, likewise. */
  readonly takeSmall: (end: number) => readonly SmallPicture[]
  readonly fps: number
  /** How its rig was found to stand, likewise. */
  readonly takeLooked: (end: number) => readonly RigLook[]
  /** Of a film that has sound. */
  readonly sound?: FilmSound | undefined
  /** Who encoded it; x264 unless it says otherwise. */
  readonly encoder?: EncoderKind | undefined
  readonly signal: AbortSignal
}

/** Errors: media_unreadable when it is not what was asked for. */
export async function landChunk(pictures: Buffer, landing: Landing): Promise<Chunk> {
  const { firstFrame, db, recordingId, sound } = landing
  const { runs, firstIsKey } = readFragment(pictures)
  const frames = picturesIn({ runs })
  if (frames === 0 || !firstIsKey) throw bad(landing, 'it does not begin with a key frame')
  const times = decodeTimes(db, recordingId)
  if (!sound) return landFragment(pictures, { frames, times, gaps: [] }, landing)
  const from = Math.round((times.get(soundTrack) ?? 0) / unitTicks)
  const end = sound.unitAt(firstFrame + frames)
  const { units, gaps } = await sound.between(from, end)
  landing.signal.throwIfAborted()
  try {
    return await landFragment(addSound(pictures, units), { frames, times, gaps }, landing)
  } catch (error) {
    if (!isBad(error) || units.every((unit) => unit === silentUnit)) throw error
    // If it is the sound that does not decode, the film goes on without it; if it is a picture, this fails again.
    const told = sound.damaged(from, end)
    return await landFragment(
      addSound(
        pictures,
        units.map(() => silentUnit),
      ),
      { frames, times, gaps: told },
      landing,
    )
  }
}

type FragmentFacts = {
  readonly frames: number
  /** Where each track of the match goes on. */
  readonly times: ReadonlyMap<number, number>
  /** Of the sound. */
  readonly gaps: readonly GapRow[]
}

async function landFragment(fragment: Buffer, { frames, times, gaps }: FragmentFacts, landing: Landing): Promise<Chunk> {
  const { db, clock, recordingId, number, firstFrame } = landing
  const { runs, payloadBytes } = readFragment(fragment)
  const lead = leadTicks(db, recordingId)
  placeFragment(fragment, number, new Map(runs.map(({ track }) => [track, (lead.get(track) ?? 0) + (times.get(track) ?? 0)])))
  const [decoded] = await Promise.all([
    landing.verifier.count(fragment),
    writeDurably(path.join(landing.folder, chunkFile(number)), fragment),
  ])
  landing.signal.throwIfAborted()
  if (decoded !== frames) throw bad(landing, `${decoded} of its ${frames} pictures decode`)
  const chunk: Chunk = {
    number,
    firstFrame,
    frames,
    bytes: fragment.length,
    payloadBytes,
    sha256: createHash('sha256').update(fragment).digest('hex'),
  }
  db.transaction(() => {
    addChunk(db, recordingId, chunk, runs, clock.nowMs())
    for (const gap of [...landing.takeGaps(firstFrame + frames), ...gaps]) addGap(db, recordingId, gap)
    addShown(db, recordingId, number, landing.takeShown(firstFrame + frames))
    addSync(db, recordingId, number, landing.takeSynced(firstFrame + frames))
    addExposure(db, recordingId, number, landing.takeExposed(firstFrame + frames))
    addSmallPictures(db, recordingId, landing.takeSmall(firstFrame + frames), landing.fps)
    addLook(db, recordingId, number, landing.takeLooked(firstFrame + frames))
  })
  return chunk
}

const unitTicks = soundForm.unitSamples

const isBad = (error: unknown): boolean => error instanceof EzrecError && error.code === 'media_unreadable'

const bad = ({ number, encoder = 'x264' }: Landing, what: string): EzrecError =>
  new EzrecError('media_unreadable', `chunk ${number} is no good: ${what}`, {
    hint: 'it is made again from the segments',
    facts: { chunk: number, encoder },
  })
