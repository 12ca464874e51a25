// The end of an upload: the bucket puts the parts together, and proves that what it holds is the film.
// Never takes a lost answer, a refusal to tell or a mere size for a proof; never replaces what may be somebody else's.

import { BucketError } from './bucket-error.ts'
import type { Bucket, CompleteOrder } from './bucket.ts'
import type { Fault } from './fault-policy.ts'
import { expectedOf, judgeObject, type Proof, type Told } from './proof-policy.ts'
import { uploadName, type UploadContext } from './upload-context.ts'
import {
  giveUp,
  listSentParts,
  noteAnswered,
  noteCompleting,
  noteConfirmed,
  noteRefused,
  openUploadRow,
  type UploadRow,
} from './upload-ledger.ts'

/** `confirmed`: the object is proven, and the row says so. `anew`: another row lives for this film. Errors: those of the bucket. */
export async function completeUpload(
  context: UploadContext,
  row: UploadRow,
  bytes: number,
  signal: AbortSignal,
): Promise<'confirmed' | 'anew'> {
  const { db, bucket, abilities } = context
  const parts = listSentParts(db, row.id)
  const expected = expectedOf(parts)
  if (expected.bytes !== bytes) throw new BucketError(partsAreMissing, { expected: bytes, sent: expected.bytes })
  noteCompleting(db, row.id, bytes)
  const ask = (onlyIfAbsent: boolean) => complete(context, row, { parts, crc32: expected.crc32, onlyIfAbsent }, signal)
  let told = await ask(abilities.onlyIfAbsent && !row.mayReplace)
  if (told === 'exists') {
    const seen = await look(bucket, row.objectKey, signal)
    if (seen.is === 'there') return settleStanding(context, row, seen.told, () => elsewhereRarely(context, row, eachNameTaken))
    // Hidden: if we had asked before, its answer was lost and the object is ours; otherwise it is somebody's.
    if (seen.is === 'hidden' && row.state !== 'completing') return elsewhereRarely(context, row, takenUnseen)
    told = await ask(false)
    if (told === 'exists') throw new BucketError(unconfirmed)
  }
  const verdict = judgeObject(expected, told)
  if (verdict.is !== 'proven') noteAnswered(db, row.id, told.etag)
  // A checksum of the whole in the answer is proof by itself; a tag is asked for once more, with the size, where we may look.
  if (verdict.is === 'proven' && verdict.by !== 'etag') return proven(context, row, told, verdict.by)
  const seen = await look(bucket, row.objectKey, signal)
  const last = seen.is === 'there' ? judgeObject(expected, seen.told) : seen.is === 'hidden' ? verdict : undefined
  if (last?.is === 'proven') return proven(context, row, told, last.by)
  if (last?.is === 'different') {
    anew(context, row, { objectKey: row.objectKey, mayReplace: true }, 'the bucket holds something else')
    throw new BucketError(notTheFilm)
  }
  throw new BucketError(unconfirmed, { look: seen.is })
}

/** After the bucket has forgotten an upload that it was asked to complete, or refuses to complete it once more: its object is there and proven, or the film is sent anew. */
export async function afterGone(context: UploadContext, row: UploadRow, signal: AbortSignal): Promise<'confirmed' | 'anew'> {
  const seen = await look(context.bucket, row.objectKey, signal)
  if (seen.is === 'there') return settleStanding(context, row, seen.told)
  // It took the film and said nothing that proves it: to send it again would say no more.
  if (seen.is === 'hidden' && row.isAnswered) throw new BucketError(unconfirmed, { look: seen.is })
  // Not for us to see: it may be there. The same bytes go to the same key once more, and the answer is the proof.
  return anew(context, row, { objectKey: row.objectKey, mayReplace: seen.is === 'hidden' }, 'the bucket does not go on with this upload')
}

function settleStanding(
  context: UploadContext,
  row: UploadRow,
  told: Told,
  goElsewhere = (): 'anew' => elsewhere(context, row),
): 'confirmed' | 'anew' {
  const verdict = judgeObject(expectedOf(listSentParts(context.db, row.id)), told)
  if (verdict.is === 'proven') return proven(context, row, told, verdict.by)
  // After Complete was asked it may well be ours: another object beside it would prove no more.
  if (verdict.is === 'open' && row.state === 'completing') throw new BucketError(unconfirmed, { look: 'there' })
  return goElsewhere()
}

const elsewhere = (context: UploadContext, row: UploadRow): 'anew' =>
  anew(context, row, { objectKey: nextKey(row.objectKey), mayReplace: false }, 'an object of somebody else stands there')

const dayMs = 24 * 3_600_000

/** Somebody's object came there since the film began to be sent. A bucket that says so of every name would be sent the film without an end: from the
 *  second name on the same parts are offered again, and another name is tried once a day. */
function elsewhereRarely(context: UploadContext, row: UploadRow, fault: Fault): 'anew' {
  noteRefused(context.db, row.id)
  const nowMs = context.clock.nowMs()
  if (row.objectKey === row.filmKey || nowMs - (row.fault?.sinceMs ?? nowMs) >= dayMs) return elsewhere(context, row)
  throw new BucketError(fault, { object: row.objectKey })
}

/** `film.mp4`, `film-2.mp4`, `film-3.mp4`... */
export function nextKey(key: string): string {
  const [, stem = key, number, end = ''] = /^(.*?)(?:-(\d{1,4}))?(\.[a-z0-9]+)?$/.exec(key) ?? []
  return `${stem}-${Number(number ?? 1) + 1}${end}`
}

function anew({ db, clock }: UploadContext, row: UploadRow, to: { objectKey: string; mayReplace: boolean }, cause: string): 'anew' {
  const nowMs = Math.round(clock.nowMs())
  db.transaction(() => {
    giveUp(db, row, 'abandoned', cause, nowMs)
    openUploadRow(db, { ...row, ...to }, nowMs)
  })
  return 'anew'
}

function proven({ db, clock, logger }: UploadContext, row: UploadRow, { etag }: Told, by: Proof): 'confirmed' {
  noteConfirmed(db, row, { etag, by }, Math.round(clock.nowMs()))
  logger.info({ film: row.filmKey, object: row.objectKey, by }, 'the bucket holds the film')
  return 'confirmed'
}

/** `exists`: refused, because an object stands there. A store that knows no conditions is asked without, from then on. */
async function complete(
  context: UploadContext,
  row: UploadRow,
  order: Omit<CompleteOrder, 'checksum'>,
  signal: AbortSignal,
): Promise<Told | 'exists'> {
  try {
    return await context.bucket.complete(uploadName(row), { ...order, checksum: row.checksum }, signal)
  } catch (error) {
    const kind = error instanceof BucketError ? error.fault.kind : undefined
    if (kind === 'exists') return 'exists'
    if (kind !== 'unsupported' || !order.onlyIfAbsent) throw error
    context.abilities.onlyIfAbsent = false
    return complete(context, row, { ...order, onlyIfAbsent: false }, signal)
  }
}

export type Seen = { readonly is: 'there'; readonly told: Told } | { readonly is: 'absent' } | { readonly is: 'hidden' }

/** `hidden`: we may not look, which says nothing about what is there. */
export async function look(bucket: Bucket, key: string, signal: AbortSignal): Promise<Seen> {
  try {
    const told = await bucket.look(key, signal)
    return told ? { is: 'there', told } : { is: 'absent' }
  } catch (error) {
    if (error instanceof BucketError && error.fault.kind === 'forbidden') return { is: 'hidden' }
    throw error
  }
}

const unconfirmed = {
  kind: 'unconfirmed',
  permanent: true,
  code: 'upstream_unavailable',
  message: 'the bucket took the film but gives no proof that it holds it',
  hint: 'allow s3:GetObject; if the bucket encrypts with KMS, set S3_CHECKSUM=supported and remove this object, then it is sent again; the film stays on the box until then',
} as const

const notTheFilm = {
  ...unconfirmed,
  message: 'the bucket holds something else than what it took',
  hint: 'nothing to do if it is rare: the film is sent again, ever more rarely; if not, look for a broken proxy, or ask who runs the store',
} as const

const takenUnseen = {
  ...unconfirmed,
  message: 'the bucket says that an object stands under each name of the film, and does not let us look',
  hint: 'allow s3:GetObject on this bucket; what was sent stays sent, another name is tried once a day, and the film stays on the box until then',
} as const

export const eachNameTaken: Fault = {
  kind: 'exists',
  permanent: true,
  code: 'conflict',
  message: "somebody's object stands under each name that the film could have",
  hint: 'remove what stands beside the film in the bucket, or ask who runs the store; the film stays on the box until then',
}

const partsAreMissing = {
  kind: 'parts-differ',
  permanent: false,
  code: 'upstream_unavailable',
  message: 'some parts of the film are still to be sent',
  hint: 'nothing to do: they are sent',
} as const
