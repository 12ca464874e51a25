// Invariant 5: published means that the whole film is in the store, every chunk of it was decoded, and the fact to tell the cloud is written.
// Never decodes: the chunks were decoded before their rows existed.

import { open } from 'node:fs/promises'
import path from 'node:path'
import { sha256OfFile } from '../../base/files.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { listBookends } from '../../merge/branding/bookend-store.ts'
import { listChunks } from '../../merge/chunk-store.ts'
import { findUpload } from '../../publish/stores/s3/upload-ledger.ts'
import { filmKeyNow } from '../../publish/exchange/exchange-store.ts'
import { isSwept } from '../../publish/swept-store.ts'
import { listVideos, type Video } from '../../publish/video.ts'
import { sizeOf } from '../media-tree.ts'
import type { Finding, Home, Oracle } from '../oracle.ts'

export const publishedOracle: Oracle = {
  name: 'published films are whole',
  findings: async (home) => {
    const findings: Finding[] = []
    for (const video of listVideos(home.db, Number.MAX_SAFE_INTEGER)) findings.push(...(await judge(home, video)))
    return findings
  },
}

async function judge(home: Home, video: Video): Promise<Finding[]> {
  const { db, storeFolder } = home
  const { published } = video
  if (!published) return []
  const file = path.join(storeFolder, filmKeyNow(db, video))
  const again = 'keep its chunks; the film can be put together from them again'
  const findings: Finding[] = []
  const say = (fault: string, mend = again): number => findings.push({ path: file, fault, mend })
  const size = await sizeOf(file)
  if (isSwept(db, video.recordingId, 'film')) {
    if (findUpload(db, video.objectKey)?.state !== 'confirmed') say('it was swept from this box, and no bucket is known to hold it')
  } else if (size === undefined) say('it is published and not in the store')
  else if (size !== published.bytes) say(`it has ${size} bytes, its row says ${published.bytes}`)
  else if (!(await startsWithIndex(file))) say('its index does not stand in front')
  else if (home.deep && published.sha256 !== null && (await sha256OfFile(file, home.signal)) !== published.sha256)
    say('its content is not what was published: the hash differs', `check the disk (smartctl, dmesg); ${again}`)
  const told = db.get(
    "select count(*) as n from outbox where kind = 'video.published' and json_extract(payload, '$.videoId') = ?",
    video.id,
  )
  if (Number(told?.['n']) === 0) say('nothing tells the cloud of it', 'report this: the film itself is well')
  for (const fault of ledgerFaults(video, published.frames, listChunks(db, video.recordingId), bookendsOf(db, video.recordingId)))
    say(fault)
  return findings
}

const bookendsOf = (db: Database, recordingId: string): Counted[] =>
  listBookends(db, recordingId).flatMap(({ fault, frames, payloadBytes }) =>
    fault === null && frames !== null && payloadBytes !== null ? [{ frames, payloadBytes }] : [],
  )

type Counted = { readonly frames: number; readonly payloadBytes: number }

/** Pure: the chunks' rows, end to end between intro and outro, are the film. A row exists only for a chunk of which every picture was decoded. */
export function ledgerFaults(
  video: Pick<Video, 'bodyBytes' | 'bodyChunks' | 'headerBytes'> & { readonly published: { readonly bytes: number } | undefined },
  frames: number,
  chunks: readonly { readonly number: number; readonly firstFrame: number; readonly frames: number; readonly payloadBytes: number }[],
  bookends: readonly Counted[] = [],
): string[] {
  const body = [...bookends, ...chunks].reduce((sum, part) => sum + part.payloadBytes, 0)
  const counted = [...bookends, ...chunks].reduce((sum, part) => sum + part.frames, 0)
  let next = 0
  const torn = chunks.find((chunk, n) => {
    const fits = chunk.number === n && chunk.firstFrame === next
    next = chunk.firstFrame + chunk.frames
    return !fits
  })
  return [
    ...(torn ? [`its chunks do not follow one another at chunk ${torn.number}`] : []),
    ...(counted === frames ? [] : [`it has ${frames} frames, its chunks ${counted}`]),
    ...(video.bodyChunks === chunks.length && video.bodyBytes === body ? [] : ['not every chunk went into it']),
    ...(video.published?.bytes === video.headerBytes + body ? [] : ['its size is not that of its header and its chunks']),
  ]
}

async function startsWithIndex(file: string): Promise<boolean> {
  await using handle = await open(file, 'r')
  const { buffer } = await handle.read(Buffer.alloc(64), 0, 64, 0)
  const ftypBytes = buffer.readUInt32BE(0)
  return buffer.toString('latin1', 4, 8) === 'ftyp' && ftypBytes <= 56 && buffer.toString('latin1', ftypBytes + 4, ftypBytes + 8) === 'moov'
}
