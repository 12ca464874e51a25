// An asset of the branding sent, fetched and removed: what both the routes of their own and the signed addresses do.
// Never reads an asset into memory, and never takes a name from who asks.

import { open } from 'node:fs/promises'
import { EzrecError, errnoOf } from '../../base/errors.ts'
import { logoFormOf } from '../../merge/branding/logo-file.ts'
import { mostAssetBytes, noneUploaded, receiveAsset, removeAsset } from '../../merge/branding/receive-asset.ts'
import { isBookend, uploadedFile, type BrandingAsset } from '../../merge/branding/uploaded-assets.ts'
import { HttpFault } from '../answer/problem.ts'
import { addAudit } from '../guard/audit.ts'
import { fileAnswer } from '../media/file-answer.ts'
import type { Door } from '../routing/door.ts'
import type { Caller } from '../routing/route.ts'

type Who = { readonly who: string | null }

/** Errors: invalid, payload_too_large, rate_limited, disk_full, bad_request when it ended early. */
export async function sendAsset(door: Door, asset: BrandingAsset, { bytes, headers }: Caller, { who }: Who): Promise<void> {
  const { db, clock, settings, room, uploads, logger, ending } = door
  const length = Number(headers.get('content-length') ?? 0)
  const tooLarge = (): HttpFault => {
    const limit = `at most ${mostAssetBytes(asset) / 1024 / 1024} MiB`
    return new HttpFault('payload_too_large', `this ${asset} is too large`, `it may have ${limit}`, { connection: 'close' })
  }
  if (length > mostAssetBytes(asset)) throw tooLarge()
  if (bytes === null) throw new EzrecError('invalid', 'nothing was sent', { hint: 'send the bytes of the file as the body' })
  const leave = uploads.take()
  try {
    await room.lookForUpload(length === 0 ? mostAssetBytes(asset) : length)
    await receiveAsset({ folder: settings.paths.uploadedBranding, asset, pieces: whole(bytes), tooLarge }, ending)
  } finally {
    leave()
  }
  addAudit(db, { atMs: clock.nowMs(), who: who ?? '', what: 'asset.sent', subjectId: asset, facts: {} })
  logger.info({ asset, who }, 'an asset of the branding was uploaded')
}

/** A body that breaks off is the sender's fault, not ours. */
async function* whole(bytes: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = bytes.getReader()
  const read = (): ReturnType<typeof reader.read> =>
    reader.read().catch((cause: unknown) => {
      throw new HttpFault('bad_request', 'the body ended before its end', `send it once more (${errnoOf(cause) ?? 'broken off'})`)
    })
  try {
    for (let piece = await read(); !piece.done; piece = await read()) yield piece.value
  } finally {
    await reader.cancel().catch(() => undefined) // what was refused is not read to its end
  }
}

/** Errors: not_found. */
export async function dropAsset({ db, clock, settings, logger }: Door, asset: BrandingAsset, { who }: Who): Promise<void> {
  await removeAsset(settings.paths.uploadedBranding, asset)
  addAudit(db, { atMs: clock.nowMs(), who: who ?? '', what: 'asset.removed', subjectId: asset, facts: {} })
  logger.info({ asset, who }, 'an asset of the branding was removed')
}

/** Errors: not_found. */
export async function assetAnswer({ settings }: Door, asset: BrandingAsset, caller: Caller): Promise<Response> {
  const path = uploadedFile(settings.paths.uploadedBranding, asset)
  const { form, etag } = await lookAt(path, asset)
  const type = form === undefined ? 'application/octet-stream' : `image/${form}`
  const headers = {
    'content-disposition': form === undefined ? `attachment; filename="${asset}"` : 'inline',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  }
  return fileAnswer({ path, type, etag, headers }, caller)
}

async function lookAt(path: string, asset: BrandingAsset): Promise<{ readonly form: string | undefined; readonly etag: string }> {
  try {
    await using handle = await open(path)
    const { size, mtimeMs, ino } = await handle.stat()
    const { buffer } = await handle.read(Buffer.alloc(12), 0, 12, 0)
    return { form: isBookend(asset) ? undefined : logoFormOf(buffer), etag: `"${ino}-${Math.floor(mtimeMs)}-${size}"` }
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
    throw noneUploaded(asset)
  }
}
