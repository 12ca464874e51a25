// The file in which somebody else writes the score, read as it is now: bounded, a regular file, no link.
// Never waits for a writer and never follows a link: what it would lead to is not meant for a film.

import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { errnoOf } from '../../base/errors.ts'
import { largestScoreBytes, scoreOf, undrawnIn } from './score-text.ts'

/** `changedAtMs`: when the file was written last, as it says itself; `undrawn`: letters that are left out because nobody can draw them. */
export type ReadScore = { readonly text: string; readonly fault?: string; readonly changedAtMs?: number; readonly undrawn?: string }

/** Nothing, with the reason, when it cannot be had; a file that is not there is none. */
export async function readScoreFile(file: string): Promise<ReadScore> {
  try {
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
    const facts = await handle.stat()
    if (!facts.isFile()) return { text: '', fault: 'it is no regular file' }
    if (facts.size > largestScoreBytes) return { text: '', fault: `it is larger than ${largestScoreBytes} bytes` }
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(largestScoreBytes), 0, largestScoreBytes, 0)
    const bytes = buffer.subarray(0, bytesRead)
    return { text: scoreOf(bytes), changedAtMs: facts.mtimeMs, undrawn: undrawnIn(bytes) }
  } catch (error) {
    const errno = errnoOf(error) ?? 'unknown'
    if (errno === 'ENOENT') return { text: '' }
    return { text: '', fault: errno === 'ELOOP' ? 'it is a link, which is not followed' : `it cannot be read (${errno})` }
  }
}
