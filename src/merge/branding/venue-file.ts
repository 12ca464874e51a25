// A file that a venue has set, opened as it is now: a regular one of a bounded size, whatever its name says; and why one is left out, in a few words.
// Never waits for what stands in its place, and never writes it.

import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { EzrecError, errnoOf, isShortage, messageOf } from '../../base/errors.ts'

/** An error that says why a file is of no use: half a sentence, in `facts.fault`. */
export type Unfit = (file: string, fault: string, cause?: unknown) => EzrecError

/** What `read` makes of it. Errors: `unfit`; what says that the machine is short of something, and what `isOurs` knows, pass. */
export async function withVenueFile<T>(
  file: string,
  { mostBytes, unfit, isOurs = () => false }: { readonly mostBytes: number; readonly unfit: Unfit; readonly isOurs?: () => boolean },
  read: (handle: FileHandle, bytes: number) => Promise<T>,
): Promise<T> {
  try {
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK) // a named pipe without a writer would wait for ever
    const facts = await handle.stat()
    if (!facts.isFile()) throw unfit(file, 'it is no regular file')
    if (facts.size > mostBytes) throw unfit(file, `it is larger than ${mostBytes / 1024 / 1024} MiB`)
    if (facts.size === 0) throw unfit(file, 'it is empty')
    return await read(handle, facts.size)
  } catch (error) {
    if (error instanceof EzrecError || isShortage(error) || isOurs()) throw error
    throw unfit(file, errnoOf(error) === 'ENOENT' ? 'there is no such file' : `it cannot be read (${errnoOf(error) ?? 'unknown'})`, error)
  }
}

/** Short, for a row and a manifest. */
export const faultOf = (error: unknown): string =>
  error instanceof EzrecError && typeof error.facts['fault'] === 'string' ? error.facts['fault'] : messageOf(error).slice(0, 200)
