// Sends the parts of a film that may be sent, a few at a time. A part counts once its row is durable.
// Never waits for the film to grow, and never tries again: who asks does.

import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Begun } from './begin-upload.ts'
import type { ListedPart } from './bucket.ts'
import { partsDue, type PartRange } from './part-policy.ts'
import type { SentPart } from './proof-policy.ts'
import { uploadName, type Film, type FilmSize, type UploadContext } from './upload-context.ts'
import { listSentParts, notePart, type UploadRow } from './upload-ledger.ts'

const inFlight = 3

export type SendWatch = {
  /** After each part. */
  readonly onSent: () => void
  /** It is the turn of other films. */
  readonly onWait: () => void
  /** Resolves when the film has grown from now on. */
  readonly grown: () => Promise<void>
}

/** What becomes whole meanwhile is sent, too, beside what is under way. Resolves when nothing is due. Errors: those of the bucket. */
export async function sendDue(
  context: UploadContext,
  film: Film,
  { row, there }: Begun,
  size: Readonly<FilmSize>,
  signal: AbortSignal,
  { onSent, onWait, grown }: SendWatch,
): Promise<void> {
  const taken = sentNumbers(context, row)
  const order = (): string => context.uplink.orderOf(row.filmKey)
  let fault: { readonly error: unknown } | undefined
  const next = (): PartRange | undefined => (fault ? undefined : partsDue({ partBytes: row.partBytes, ...size, sent: taken })[0])
  const lane = async (): Promise<void> => {
    let turn: Disposable | undefined
    try {
      for (let part = next(); part; part = next()) {
        taken.add(part.number)
        const again = context.uplink.turns.enter(signal, { order, onWait }) // asked for before the last one is given back, so that the first film goes on
        turn?.[Symbol.dispose]()
        turn = await again
        signal.throwIfAborted()
        if (!(await isThere(context, film, row, part, there.get(part.number)))) await sendPart(context, film, row, part, signal)
        onSent()
      }
    } catch (error) {
      fault ??= { error }
    } finally {
      turn?.[Symbol.dispose]()
    }
  }
  let running = 0
  let over = Promise.withResolvers<void>()
  do {
    over = Promise.withResolvers()
    for (; running < inFlight && next(); running += 1)
      void lane().then(() => {
        running -= 1
        over.resolve()
      })
    if (running > 0) await Promise.race([over.promise, grown()])
  } while (running > 0 || next())
  if (fault) throw fault.error
}

/** Whether there is anything to do for an upload as its film stands. */
export const isAnythingDue = (context: UploadContext, row: UploadRow, size: Readonly<FilmSize>): boolean =>
  size.total !== undefined || partsDue({ partBytes: row.partBytes, ...size, sent: sentNumbers(context, row) }).length > 0

const sentNumbers = ({ db }: UploadContext, { id }: UploadRow): Set<number> => new Set(listSentParts(db, id).map(({ number }) => number))

/** A part whose row a crash swallowed is not sent again when the bucket has what the disk has. */
async function isThere(
  { db, clock }: UploadContext,
  film: Film,
  row: UploadRow,
  range: PartRange,
  listed: ListedPart | undefined,
): Promise<boolean> {
  if (listed?.bytes !== range.bytes) return false
  const { body: _body, ...facts } = await measurePart(film, range)
  if (facts.md5 !== listed.etag) return false
  notePart(db, row, { ...facts, etag: listed.etag }, Math.round(clock.nowMs()))
  return true
}

async function sendPart(context: UploadContext, film: Film, row: UploadRow, range: PartRange, signal: AbortSignal): Promise<void> {
  const { bucket, db, clock, uplink } = context
  await uplink.open(signal)
  const { body, ...facts } = await measurePart(film, range)
  const sending = uplink.begin(body)
  try {
    const { etag } = await bucket.sendPart(uploadName(row), { ...facts, body }, row.checksum, signal)
    sending.over(range.bytes)
    notePart(db, row, { ...facts, etag }, Math.round(clock.nowMs()))
  } finally {
    sending.over(0)
  }
}

/** A part as it is on the disk, with its checksums. */
async function measurePart(film: Film, range: PartRange): Promise<Omit<SentPart, 'etag'> & { readonly body: Buffer }> {
  const body = await film.read(range.firstByte, range.bytes)
  const digest = (algorithm: string): string => createHash(algorithm).update(body).digest('hex')
  return { ...range, body, md5: digest('md5'), sha256: digest('sha256'), crc32: crc32(body) }
}
