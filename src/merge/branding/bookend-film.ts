// An intro or outro as it stands in a film: an init segment and fragments as the film's encoder makes them, one behind the other in a file.
// Pure: reads and writes bytes in memory.

import { createHash } from 'node:crypto'
import { z } from 'zod'
import { EzrecError } from '../../base/errors.ts'
import { cutStream, payloadOf, picturesIn, placeFragment, readFragment, sampleDescriptions } from '../cmaf.ts'

const runSchema = z.object({
  track: z.int(),
  payloadOffset: z.int().nonnegative(),
  sampleTicks: z.int().positive(),
  sampleSizes: z.array(z.int().nonnegative()),
})

/** One closed group of pictures with its sound, as a chunk and its runs; `offset` and `bytes` say where it stands in the file. */
export const bookendFragment = z.object({
  offset: z.int().positive(),
  bytes: z.int().positive(),
  frames: z.int().positive(),
  payloadBytes: z.int().positive(),
  runs: z.array(runSchema),
})

export type BookendFragment = z.infer<typeof bookendFragment>

export type BookendFilm = {
  /** The whole file: it plays by itself. */
  readonly bytes: Buffer
  readonly sha256: string
  readonly descriptionSha256: string
  readonly frames: number
  readonly payloadBytes: number
  readonly fragments: readonly BookendFragment[]
}

/** Puts the fragments one behind the other, their times from 0 on. Changes their bytes in place. */
export function joinBookend(init: Buffer, fragments: readonly Buffer[]): Buffer {
  const times = new Map<number, number>()
  for (const [number, fragment] of fragments.entries()) {
    const { runs } = readFragment(fragment)
    placeFragment(fragment, number, new Map(runs.map(({ track }) => [track, times.get(track) ?? 0])))
    for (const { track, sampleSizes, sampleTicks } of runs) times.set(track, (times.get(track) ?? 0) + sampleSizes.length * sampleTicks)
  }
  return Buffer.concat([init, ...fragments])
}

/** Reads one back. Errors: media_unreadable when it is not one of ours. */
export function readBookend(bytes: Buffer): BookendFilm {
  const [init, ...pieces] = cutStream().push(bytes)
  const whole = [init, ...pieces].reduce((sum, piece) => sum + (piece?.bytes.length ?? 0), 0)
  if (init?.is !== 'init' || pieces.length === 0 || whole !== bytes.length || pieces.some(({ is }) => is !== 'fragment')) throw noBookend()
  let offset = init.bytes.length
  const fragments = pieces.map(({ bytes: fragment }): BookendFragment => {
    const { runs, payloadBytes, firstIsKey } = readFragment(fragment)
    const frames = picturesIn({ runs })
    if (frames === 0 || !firstIsKey) throw noBookend()
    const at = offset
    offset += fragment.length
    return {
      offset: at,
      bytes: fragment.length,
      frames,
      payloadBytes,
      runs: runs.map((run) => ({ ...run, sampleSizes: [...run.sampleSizes] })),
    }
  })
  return {
    bytes,
    sha256: sha256Of(bytes),
    descriptionSha256: descriptionOf(init.bytes),
    frames: fragments.reduce((sum, each) => sum + each.frames, 0),
    payloadBytes: fragments.reduce((sum, each) => sum + each.payloadBytes, 0),
    fragments,
  }
}

/** The samples of each fragment, end to end: views. */
export const payloadsOf = (bytes: Buffer): readonly Buffer[] =>
  cutStream()
    .push(bytes)
    .filter(({ is }) => is === 'fragment')
    .map((piece) => payloadOf(piece.bytes))

/** What must be the same for all that stands in one film. */
export const descriptionOf = (init: Buffer): string => sha256Of(sampleDescriptions(init))

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

const noBookend = (): EzrecError =>
  new EzrecError('media_unreadable', 'this is no intro or outro that was made for a film', { hint: 'it is made again from its file' })
