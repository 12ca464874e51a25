// The file of an intro or outro, taken as it is now: bounded, hashed, known by its first bytes, judged by what ffprobe says of it.
// Never decodes, changes or deletes it, and never lets it name another file.

import { createHash } from 'node:crypto'
import { EzrecError } from '../../base/errors.ts'
import { probeFilm, type ProbedFilm } from '../film-facts.ts'
import { largestBookendBytes, longestBookendSeconds, tooLong } from './bookend-policy.ts'
import { withVenueFile, type Unfit } from './venue-file.ts'

/** SHA-256 of the file, read in pieces. Errors: invalid, with the reason. */
export const hashBookendFile = (file: string, signal: AbortSignal): Promise<string> =>
  withVenueFile(file, { mostBytes: largestBookendBytes, unfit, isOurs: () => signal.aborted }, async (handle, size) => {
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(1 << 20)
    for (let left = size, bytes = -1; left > 0 && bytes !== 0; left -= bytes) {
      signal.throwIfAborted()
      bytes = (await handle.read(buffer, 0, Math.min(buffer.length, left))).bytesRead
      hash.update(buffer.subarray(0, bytes))
    }
    return hash.digest('hex')
  })

/** What ffprobe says of it. Errors: invalid, with the reason. */
export async function probeBookend(file: string, signal: AbortSignal): Promise<ProbedFilm> {
  const probed = await probeFilm(file, signal)
  if (probed.toldSeconds > longestBookendSeconds + 1) throw unfit(file, `${tooLong}: ${Math.round(probed.toldSeconds)} s`)
  return probed
}

/** Why it is left out, half a sentence, in `facts.fault`. */
export const unfit: Unfit = (file, fault, cause) =>
  new EzrecError('invalid', `${file} cannot be an intro or outro: ${fault}`, {
    hint: 'name a film of at most a minute that plays in ffplay; the films are made without it',
    facts: { path: file, fault },
    cause,
  })
