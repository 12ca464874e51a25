// A fragment of a film's intro or outro as live HLS wants it: with the times that it has in the film, before the match or behind it.
// Never changes the file that it comes from.

import { open } from 'node:fs/promises'
import path from 'node:path'
import type { BookendSlot } from '../../../config/picture-words.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { errnoOf } from '../../base/errors.ts'
import { bookendFile, findBookend, leadTicks, ticksOf } from '../../merge/branding/bookend-store.ts'
import { decodeTimes, mergedUntil } from '../../merge/chunk-store.ts'
import { placeFragment } from '../../merge/cmaf.ts'

/** `folder`: the recording's, absolute. `undefined` when there is none. */
export async function readBookendFragment(
  db: Database,
  folder: string,
  recordingId: string,
  { slot, number }: { readonly slot: BookendSlot; readonly number: number },
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const fragments = findBookend(db, recordingId, slot)?.fragments ?? []
  const wanted = fragments[number]
  if (!wanted) return undefined
  const bytes = await readSlice(path.join(folder, bookendFile(slot)), wanted)
  if (!bytes) return undefined
  const before = ticksOf(fragments.slice(0, number))
  const [lead, match] =
    slot === 'intro' ? [new Map<number, number>(), new Map<number, number>()] : [leadTicks(db, recordingId), decodeTimes(db, recordingId)]
  const times = wanted.runs.map(({ track }): [number, number] => [
    track,
    [lead, match, before].reduce((sum, ticks) => sum + (ticks.get(track) ?? 0), 0),
  ])
  placeFragment(bytes, slot === 'intro' ? number : mergedUntil(db, recordingId).chunks + number, new Map(times))
  return new Uint8Array(bytes)
}

async function readSlice(
  file: string,
  { offset, bytes }: { readonly offset: number; readonly bytes: number },
): Promise<Buffer | undefined> {
  try {
    await using handle = await open(file, 'r')
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, offset)
    return bytesRead === bytes ? buffer : undefined
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}
