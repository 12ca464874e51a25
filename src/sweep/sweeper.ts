// The sweep: what retention-policy.ts decides of all that is kept is done, one thing after the other, the least missed first.
// Never does what was not decided just now, and lets each thing be judged once more where it is removed.

import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Database } from '../adapters/sqlite.ts'
import { errnoOf, messageOf } from '../base/errors.ts'
import { syncFolder } from '../base/files.ts'
import type { Logger } from '../base/logger.ts'
import type { BoxClock } from '../capture/box-time-file.ts'
import { listClips } from '../publish/clip-cache-policy.ts'
import { deleteClip } from '../publish/clips/delete-clip.ts'
import { deletePhoneClip } from '../publish/clips/delete-phone-clip.ts'
import { findPhoneClip } from '../publish/clips/phone-clip-store.ts'
import { clearPastUse } from '../publish/in-use.ts'
import type { Bucket } from '../publish/stores/s3/bucket.ts'
import type { FilmStore } from '../publish/stores/store.ts'
import type { SweptKind } from '../publish/swept-store.ts'
import { findVideoOf } from '../publish/video.ts'
import { deleteFilm } from './delete-film.ts'
import { openEvictor, type Evictor } from './evict.ts'
import { claimsOn, isEvictable, type Footage } from './eviction-policy.ts'
import { openFilmCheck } from './film-check.ts'
import { listFootage } from './footage.ts'
import { listKeptClips, listKeptOfFilms } from './kept-films.ts'
import {
  decideRetention,
  retentionRules,
  whyItStays,
  type Decision,
  type Demand,
  type Kept,
  type KeptClass,
  type Rules,
} from './retention-policy.ts'
import { finishGoing, sayGoing, type SweepFilmOptions } from './sweep-film.ts'

export type SweeperOptions = {
  readonly db: Database
  readonly clock: Pick<BoxClock, 'nowMs' | 'labelOf' | 'trusted' | 'settled'>
  readonly logger: Logger
  readonly store: FilmStore
  readonly bucket: Bucket | undefined
  readonly rigId: string
  readonly rules: Rules
  readonly takesFolder: string
  readonly recordingsFolder: string
  /** Of parts of films, which are cut anew when somebody asks. */
  readonly clipsFolder: string
  readonly logsFolder: string
  /** As in footage.ts. */
  readonly tracksAt?: string | undefined
}

export type Freed = { readonly class: KeptClass; readonly name: string; readonly bytes: number }

type Asked = Omit<Demand, 'nowMs' | 'isTimeKnown'>

export type Sweeper = Evictor & {
  /** One decision for everything that is kept, those that go first. Changes nothing. */
  plan(demand: Asked): Promise<Decision[]>
  /** Does what is due; of what `only` names, where it is given. What could not go is told and left. */
  sweep(demand: Asked, signal: AbortSignal, only?: ReadonlySet<string>): Promise<Freed[]>
}

/** What sweeps a box. It keeps in mind which films it has read back. */
export function sweeperOf(box: SweptBox): Sweeper {
  const { settings, ...parts } = box
  const { takes, recordings, clips, logs } = settings.paths
  return openSweeper({
    ...parts,
    rigId: settings.camera.rigId,
    rules: retentionRules(settings.keep),
    tracksAt: settings.storage.tracks === 'required' ? parts.bucket?.place : undefined,
    ...{ takesFolder: takes, recordingsFolder: recordings, clipsFolder: clips, logsFolder: logs },
  })
}

export type SweptBox = Pick<SweeperOptions, 'db' | 'clock' | 'logger' | 'store' | 'bucket'> & {
  readonly settings: {
    readonly paths: Readonly<Record<'takes' | 'recordings' | 'clips' | 'logs', string>>
    readonly camera: { readonly rigId: string }
    readonly keep: Parameters<typeof retentionRules>[0]
    readonly storage: { readonly tracks: string }
  }
}

/** The bytes that became free; `undefined` when it stays after all. */
type Remove = (decision: Decision, signal: AbortSignal) => Promise<number | undefined>

export const nameOf = ({ class: of, name }: Pick<Kept, 'class' | 'name'>): string => `${of}/${name}`

export function openSweeper(options: SweeperOptions): Sweeper {
  const { db, clock, logger, bucket } = options
  const check = openFilmCheck(options)
  const evictor = openEvictor({ ...options, check })
  const films: SweepFilmOptions = { ...options, place: bucket?.place }

  const plan = async (demand: Asked, without: ReadonlySet<string> = new Set()): Promise<Decision[]> => {
    clearPastUse(db, clock.nowMs())
    const kept = (await listKept(options)).filter((each) => !without.has(nameOf(each)))
    return decideRetention(kept, options.rules, { ...demand, nowMs: clock.nowMs(), isTimeKnown: clock.trusted() && clock.settled() })
  }

  const removeFile =
    (folder: string): Remove =>
    async ({ kept: { name, bytes } }) => {
      await rm(path.join(folder, name), { force: true })
      await syncFolder(folder)
      return bytes
    }

  const sweepFilm =
    (what: SweptKind): Remove =>
    async ({ kept: { name }, reason }, signal) => {
      const video = findVideoOf(db, name)
      if (!video || !(await (what === 'film' ? check.isInBucket(video, signal) : check.isSound(video.id, signal)))) return undefined
      const freed = sayGoing(films, { recordingId: name, what, because: reason })
      if (freed === undefined) return undefined
      const stuck = await finishGoing(films)
      return stuck.some((each) => each.recordingId === name && each.what === what) ? undefined : freed
    }

  const removeAs: Readonly<Record<KeptClass, Remove>> = {
    part: removeFile(options.clipsFolder),
    log: removeFile(options.logsFolder),
    track: async ({ kept: { name } }, signal) => (await evictor.evict(1, signal, new Set([name]))) || undefined,
    chunks: sweepFilm('chunks'),
    rendition: sweepFilm('rendition'),
    film: sweepFilm('film'),
    clip: async ({ kept: { name } }) => {
      const still = listKeptClips(db).find((each) => each.name === name)
      if (!still || whyItStays(still) !== undefined) return undefined
      await (findPhoneClip(db, name) ? deletePhoneClip(options, name) : deleteClip(options, name))
      return still.bytes
    },
    published: ({ kept: { name } }) =>
      Promise.resolve(
        db.transaction(() => {
          const still = listKeptOfFilms(db, bucket?.place).find((each) => each.class === 'published' && each.name === name)
          const video = findVideoOf(db, name)
          if (!video || !still || whyItStays(still) !== undefined) return undefined
          deleteFilm(db, { id: video.id, by: 'retention', nowMs: Math.round(clock.nowMs()), force: false })
          return 0 // its files follow, and then they are counted nowhere
        }),
      ),
  }

  /** `undefined` when it stays: told, and no reason for others to stay. */
  const tryTo = async (decision: Decision, signal: AbortSignal): Promise<number | undefined> => {
    try {
      return await removeAs[decision.kept.class](decision, signal)
    } catch (error) {
      if (signal.aborted) throw error
      logger.warn({ kept: nameOf(decision.kept), fault: messageOf(error) }, 'something could not be swept')
      return undefined
    }
  }

  const sweep = async (demand: Asked, signal: AbortSignal, only?: ReadonlySet<string>): Promise<Freed[]> => {
    await finishGoing(films)
    const done: Freed[] = []
    const tried = new Set<string>() // what stayed stays this time, and others go in its place
    for (let again = true; again && !signal.aborted;) {
      again = false
      const freed = done.reduce((sum, { bytes }) => sum + bytes, 0)
      for (const decision of await plan({ ...demand, neededBytes: Math.max(0, demand.neededBytes - freed) }, tried)) {
        const name = nameOf(decision.kept)
        if (signal.aborted || !decision.goes) break
        tried.add(name)
        if (only?.has(name) === false) continue
        again = true
        const bytes = await tryTo(decision, signal)
        if (bytes === undefined) continue
        done.push({ class: decision.kept.class, name: decision.kept.name, bytes })
        logger.info({ kept: name, bytes, reason: decision.reason }, 'swept')
      }
    }
    return done
  }

  return {
    plan: (demand) => plan(demand),
    sweep,
    evict: async (bytes, signal) => (await sweep({ neededBytes: bytes }, signal)).reduce((sum, each) => sum + each.bytes, 0),
  }
}

/** Everything that is kept and has a rule. */
async function listKept({ db, clock, bucket, rigId, clipsFolder, logsFolder, tracksAt }: SweeperOptions): Promise<Kept[]> {
  return [
    ...(await partsOfFilms(clipsFolder)),
    ...(await rotatedLogs(logsFolder)),
    ...listFootage({ db, rigId, labelOf: clock.labelOf, tracksAt }).map(trackOf),
    ...listKeptOfFilms(db, bucket?.place),
    ...listKeptClips(db),
  ]
}

function trackOf(footage: Footage): Kept {
  const { takeId, toMs, bytes, claims } = footage
  const first = <T>(of: (claim: Footage['claims'][number]) => T | undefined): T | undefined =>
    claimsOn({ ...footage, claims })
      .flatMap((claim) => of(claim) ?? [])
      .at(0)
  return {
    class: 'track',
    name: takeId,
    bytes,
    sinceMs: toMs,
    heldBecause: first(({ heldBecause }) => heldBecause),
    usedBy: first(({ usedBy }) => usedBy),
    confirmed: isEvictable(footage) ? 'every film that was made of it is published, or was removed or cancelled' : undefined,
  }
}

async function partsOfFilms(folder: string): Promise<Kept[]> {
  const whole = (await listClips(folder)).filter(({ name }) => name.endsWith('.mp4')) // another one may be under way
  return whole.map(({ name, bytes, atMs }) => ({ class: 'part', name, bytes, sinceMs: atMs, confirmed: 'it can be cut again' }))
}

async function rotatedLogs(folder: string): Promise<Kept[]> {
  const names = (await readdir(folder).catch(ifThere)).filter((name) => /^[\w-]+\.log\.\d$/.test(name))
  const found = await Promise.all(
    names.map(async (name) => {
      const facts = await stat(path.join(folder, name)).catch(() => undefined) // rotated away meanwhile
      return facts && { name, bytes: facts.size, atMs: facts.mtimeMs }
    }),
  )
  return found
    .flatMap((each) => each ?? [])
    .map(({ name, bytes, atMs }) => ({ class: 'log', name, bytes, sinceMs: atMs, confirmed: 'a newer log took its place' }))
}

function ifThere(error: unknown): string[] {
  if (errnoOf(error) === 'ENOENT') return []
  throw error
}
