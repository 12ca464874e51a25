// What intros and outros were made into, kept so that each is encoded once: found by its file's hash and everything that it was encoded with.
// Never believed unseen: its own hash stands in its name. A cache that is gone costs time, nothing else.

import { createHash } from 'node:crypto'
import { readFile, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { encodeArgs, type EncodeOptions } from '../../adapters/ffmpeg.ts'
import { errnoOf } from '../../base/errors.ts'
import { makeFolder, writeDurably } from '../../base/files.ts'
import { readBookend, type BookendFilm } from './bookend-film.ts'

/** Raised when what is made of the same file would be another. */
const makerVersion = 1

/** So many are kept: two of each of some rigs and layouts. */
const mostKept = 12

/** Pure. */
export function bookendKey(
  sha256: string,
  encode: EncodeOptions,
  { sound, ffmpeg }: { readonly sound: boolean; readonly ffmpeg: string },
): string {
  const facts = JSON.stringify([makerVersion, sha256, encodeArgs(encode), sound, ffmpeg])
  return createHash('sha256').update(facts).digest('hex').slice(0, 32)
}

/** `undefined` when there is none, or when it is not what was written. */
export async function readCached(folder: string, key: string): Promise<BookendFilm | undefined> {
  for (const name of (await namesIn(folder)).filter((each) => each.startsWith(`${key}-`))) {
    const bytes = await readFile(path.join(folder, name)).catch(() => undefined)
    if (!bytes || nameOf(key, createHash('sha256').update(bytes).digest('hex')) !== name) continue
    return readBookend(bytes)
  }
  return undefined
}

/** Keeps it, and removes the oldest. */
export async function keepCached(folder: string, key: string, { bytes, sha256 }: BookendFilm): Promise<void> {
  await makeFolder(folder)
  await writeDurably(path.join(folder, nameOf(key, sha256)), bytes)
  const kept = await Promise.all(
    (await namesIn(folder)).map(async (name) => ({
      name,
      atMs: (await stat(path.join(folder, name)).catch(() => undefined))?.mtimeMs ?? 0,
    })),
  )
  for (const { name } of kept.toSorted((a, b) => b.atMs - a.atMs).slice(mostKept)) await rm(path.join(folder, name), { force: true })
}

const nameOf = (key: string, sha256: string): string => `${key}-${sha256}.mp4`

/** Only what this cache makes. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  })
  return names.filter((name) => /^[0-9a-f]{32}-[0-9a-f]{64}\.mp4$/.test(name))
}
