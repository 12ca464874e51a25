// An asset of the branding as it is sent: written beside, bounded, judged as a film would judge it, and only then put in its place as a whole.
// Never keeps more than a piece in memory, and never replaces what stands before the new one is found good and durable.

import { randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { EzrecError, errnoOf } from '../../base/errors.ts'
import { fileError, freeBytes, makeFolder, syncFolder } from '../../base/files.ts'
import { reservedBytes } from '../../capture/disk-forecast.ts'
import { largestBookendBytes } from './bookend-policy.ts'
import { largestLogoBytes, readLogoFile } from './logo-file.ts'
import { decodeLogo } from './logo-picture.ts'
import { tryBookend } from './try-bookend.ts'
import { isBookend, uploadedFile, type BrandingAsset } from './uploaded-assets.ts'
import { faultOf } from './venue-file.ts'

export const mostAssetBytes = (asset: BrandingAsset): number => (isBookend(asset) ? largestBookendBytes : largestLogoBytes)

export type ReceiveAsset = {
  readonly folder: string
  readonly asset: BrandingAsset
  readonly pieces: AsyncIterable<Uint8Array>
  /** Called when there is more than an asset may have: what it gives is thrown. */
  readonly tooLarge: () => Error
}

/** Resolves when it stands and survives a power cut. Errors: invalid with the reason, disk_full, `tooLarge`'s; what `pieces` throws. Then nothing has
 *  changed and nothing is left. */
export async function receiveAsset({ folder, asset, pieces, tooLarge }: ReceiveAsset, signal: AbortSignal): Promise<void> {
  const file = uploadedFile(folder, asset)
  const coming = `${file}.${process.pid}.${randomBytes(3).toString('hex')}.tmp` // as removeUnfinished knows it
  try {
    await makeFolder(folder)
    await writeBounded(coming, pieces, { mostBytes: mostAssetBytes(asset), roomBytes: (await freeBytes(folder)) - reservedBytes, tooLarge })
    await judge(asset, coming, signal)
    await rename(coming, file)
    await syncFolder(folder)
  } catch (error) {
    throw fileError(error, file)
  } finally {
    await rm(coming, { force: true })
  }
}

/** Errors: not_found when none was sent. */
export async function removeAsset(folder: string, asset: BrandingAsset): Promise<void> {
  await rm(uploadedFile(folder, asset)).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error
    throw noneUploaded(asset)
  })
  await syncFolder(folder)
}

export const noneUploaded = (asset: BrandingAsset): EzrecError =>
  new EzrecError('not_found', `no ${asset} was uploaded`, { hint: 'GET /branding tells what is in force' })

async function writeBounded(
  file: string,
  pieces: AsyncIterable<Uint8Array>,
  { mostBytes, roomBytes, tooLarge }: { readonly mostBytes: number; readonly roomBytes: number; readonly tooLarge: () => Error },
): Promise<void> {
  await using handle = await open(file, 'wx', 0o644)
  let bytes = 0
  for await (const piece of pieces) {
    bytes += piece.length
    if (bytes > mostBytes) throw tooLarge()
    if (bytes > roomBytes)
      throw new EzrecError('disk_full', 'the disk has no room for this file', { hint: 'free space on the disk of this box' })
    await handle.writeFile(piece)
  }
  await handle.sync()
}

/** As a film that takes it would: what would be left out of every film does not stand. */
async function judge(asset: BrandingAsset, file: string, signal: AbortSignal): Promise<void> {
  try {
    if (isBookend(asset)) await tryBookend(file, signal)
    else await decodeLogo(await readLogoFile(file), { width: 64, height: 64 })
  } catch (error) {
    if (!(error instanceof EzrecError) || (error.code !== 'invalid' && error.code !== 'media_unreadable')) throw error
    throw new EzrecError('invalid', `this cannot be the ${asset}: ${faultOf(error).replaceAll(file, 'the file')}`, {
      hint: isBookend(asset) ? 'send a film of at most a minute that plays in ffplay' : 'send a PNG, JPEG or still WebP picture',
      cause: error,
    })
  }
}
