// What a venue sent to its box as branding: a file for each asset, under a name of ours. One that is there takes the place of the setting's file.
// Never takes a name from who sent it, and never judges a file: whoever makes a film does, as with the files that the settings name.

import { stat } from 'node:fs/promises'
import path from 'node:path'
import { bookendSlots, logoSlots, type BookendSlot } from '../../../config/picture-words.ts'
import type { BrandingSettings, SetBranding } from '../../../config/settings.ts'
import { errnoOf } from '../../base/errors.ts'

export const brandingAssets = [...logoSlots, ...bookendSlots] as const
export type BrandingAsset = (typeof brandingAssets)[number]

export const isBookend = (asset: BrandingAsset): asset is BookendSlot => bookendSlots.some((each) => each === asset)

export const uploadedFile = (folder: string, asset: BrandingAsset): string => path.join(folder, asset)

/** What a film that begins now is branded with. */
export async function brandingInForce(set: SetBranding, folder: string): Promise<BrandingSettings> {
  const found = await Promise.all(brandingAssets.map(async (asset) => ((await isThere(uploadedFile(folder, asset))) ? [asset] : [])))
  const there = new Set<BrandingAsset>(found.flat())
  const fileOf = (asset: BrandingAsset, file: string | undefined): string | undefined =>
    there.has(asset) ? uploadedFile(folder, asset) : file
  return {
    ...set,
    logos: set.logoPlaces.flatMap((place) => {
      const file = fileOf(place.slot, set.logos.find(({ slot }) => slot === place.slot)?.file)
      return file === undefined ? [] : [{ ...place, file }]
    }),
    intro: fileOf('intro', set.intro),
    outro: fileOf('outro', set.outro),
  }
}

/** One that cannot be looked at counts as there: whoever takes it tells why it cannot be had. */
const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    (error: unknown) => errnoOf(error) !== 'ENOENT',
  )

export type Uploaded = { readonly bytes: number; readonly atMs: number }

/** `undefined` when none was sent, or it was removed. Errors: those of the disk. */
export async function findUploaded(folder: string, asset: BrandingAsset): Promise<Uploaded | undefined> {
  try {
    const { size, mtimeMs } = await stat(uploadedFile(folder, asset))
    return { bytes: size, atMs: Math.floor(mtimeMs) }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}
