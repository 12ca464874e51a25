// After a film was published: its previews, the loudness of its sound, and in idle time the smaller version of a wide one. One at a time.
// Never holds up a film: what cannot be made is told and tried again, ever more rarely.

import type { Database } from '../../adapters/sqlite.ts'
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import { forgetSmallPictures } from '../../merge/preview/small-picture-store.ts'
import type { FilmStore } from '../stores/store.ts'
import { removeFilm } from '../remove-film.ts'
import { noteLoudness, videosWithoutLoudness, videosWithoutPreviews, videosWithoutRendition, type Video } from '../video.ts'
import { videosToRemove } from '../removed-video.ts'
import { leisureOf } from './leisure.ts'
import { measureLoudness } from './loudness.ts'
import { makePreviews } from './make-previews.ts'
import { makeRendition } from './make-rendition.ts'
import { renditionSize, whyNotNow, widestRendition } from './rendition-policy.ts'

export type CompanionOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly store: FilmStore
  readonly rigId: string
  readonly maxRateKbps: number
  readonly recordingsFolder: string
  readonly clipsFolder: string
  /** Whether the disk has so many bytes to spare beside what is booked. */
  readonly hasRoom: (bytes: number) => Promise<boolean>
}

type Job = {
  readonly name: string
  /** Films that it is still to be done for, in the order of doing; none while it may not be done. */
  readonly due: () => readonly Video[]
  /** Whether this film's turn has come; where not, the job rests. */
  readonly may?: (video: Video) => Promise<boolean>
  /** Asked each second while it is done. */
  readonly mayGoOn?: () => boolean
  readonly make: (video: Video, signal: AbortSignal) => Promise<void>
  /** After so many tries it is left for good. */
  readonly giveUp?: { readonly after: number; readonly act: (video: Video) => void }
}

const lookMs = 300
const jobRestMs = 10_000
const restMs = 60_000
const longestRestMs = 6 * 3_600_000

/** Until the signal aborts. */
export async function keepCompanions(options: CompanionOptions, signal: AbortSignal): Promise<void> {
  const { clock, logger } = options
  const rests: Rests = { tries: new Map(), jobs: new Map() }
  const jobs = jobsOf(options)
  while (!signal.aborted) {
    try {
      const next = await nextOf(jobs, rests, clock.nowMs())
      if (next) await tryOnce(options, next, rests, signal)
    } catch (error) {
      logger.error({ err: error }, 'what is made of published films could not be looked at, trying again')
    }
    await clock.sleep(lookMs, signal)
  }
}

type Rests = {
  /** By job and film: how often it failed, and until when it rests. */
  readonly tries: Map<string, { readonly count: number; readonly untilMs: number }>
  readonly jobs: Map<string, number>
}

const keyOf = (job: Job, video: Video): string => `${job.name} ${video.id}`

async function nextOf(
  jobs: readonly Job[],
  { tries, jobs: resting }: Rests,
  nowMs: number,
): Promise<{ job: Job; video: Video } | undefined> {
  for (const job of jobs) {
    if ((resting.get(job.name) ?? 0) > nowMs) continue
    const video = job.due().find((each) => (tries.get(keyOf(job, each))?.untilMs ?? 0) <= nowMs)
    if (!video) continue
    if (!job.may || (await job.may(video))) return { job, video }
    resting.set(job.name, nowMs + jobRestMs)
  }
  return undefined
}

/** What may not be done any more while it is being done (a recording begins) ends, and is done later from the beginning. */
async function tryOnce(
  { clock, logger }: CompanionOptions,
  { job, video }: { readonly job: Job; readonly video: Video },
  { tries }: Rests,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController()
  const watch = setInterval(() => {
    try {
      if (job.mayGoOn?.() === false) stop.abort()
    } catch {
      stop.abort() // nobody knows whether a recording begins: then it comes first
    }
  }, 1_000)
  try {
    await job.make(video, AbortSignal.any([signal, stop.signal]))
    tries.delete(keyOf(job, video))
  } catch (error) {
    if (signal.aborted || stop.signal.aborted) return
    const count = (tries.get(keyOf(job, video))?.count ?? 0) + 1
    tries.set(keyOf(job, video), { count, untilMs: clock.nowMs() + Math.min(longestRestMs, restMs * 2 ** (count - 1)) })
    logger.warn({ video: video.id, err: error, tries: count }, `${job.name} of a film: ${messageOf(error)}`)
    if (job.giveUp && count >= job.giveUp.after) job.giveUp.act(video)
  } finally {
    clearInterval(watch)
  }
}

function jobsOf(options: CompanionOptions): readonly Job[] {
  const { db, clock, store, hasRoom } = options
  // The same before and while it is made: begun and ended each second it would never rest.
  const mayMakeSmaller = (): boolean => whyNotNow(leisureOf(options)) === undefined && videosToRemove(db).length === 0
  return [
    {
      name: 'removal', // first, and while nothing else is made beside the film
      due: () => videosToRemove(db),
      make: (video) => removeFilm(options, video),
    },
    {
      name: 'previews',
      due: () => videosWithoutPreviews(db),
      make: (video, signal) => makePreviews(options, video, signal),
      giveUp: { after: 5, act: ({ recordingId }) => forgetSmallPictures(db, recordingId) },
    },
    {
      name: 'loudness',
      due: () => videosWithoutLoudness(db),
      make: async (video, signal) => noteLoudness(db, video, await measureLoudness(store.pathOf(video.objectKey), signal), clock.nowMs()),
    },
    {
      name: 'smaller version',
      due: () => (mayMakeSmaller() ? filmsToMakeSmaller(options) : []),
      may: ({ published }) => hasRoom(published?.bytes ?? 0),
      mayGoOn: mayMakeSmaller,
      make: (video, signal) => makeRendition(options, video, signal),
    },
  ]
}

const dayMs = 24 * 3_600_000

/** As long as a link may show it; an older film's is made for who asks. */
const filmsToMakeSmaller = ({ db, clock }: CompanionOptions): readonly Video[] =>
  videosWithoutRendition(db, { width: widestRendition, sinceMs: Math.floor(clock.nowMs()) - 30 * dayMs }).filter(
    ({ published }) => published && renditionSize(published),
  )
