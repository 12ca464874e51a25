// How the branding of the films is told: what is in force for each asset, and why.
// Never tells a path.

import { z } from 'zod'
import type { Settings } from '../../../config/settings.ts'
import { variables } from '../../../config/env.ts'
import { mostAssetBytes } from '../../merge/branding/receive-asset.ts'
import { brandingAssets, findUploaded, isBookend, type BrandingAsset } from '../../merge/branding/uploaded-assets.ts'

export const assetSchema = z.enum(brandingAssets)

export const brandingAssetSchema = z.object({
  asset: assetSchema,
  inForce: z.enum(['uploaded', 'setting', 'none']).describe('which of them the next film has'),
  uploaded: z.object({ bytes: z.int(), uploadedAt: z.iso.datetime() }).nullable(),
  setting: z.object({ name: z.string(), isSet: z.boolean() }),
  mostBytes: z.int(),
})

/** Errors: those of the disk. */
export async function tellAsset({ paths, branding }: Settings, asset: BrandingAsset): Promise<z.infer<typeof brandingAssetSchema>> {
  const found = await findUploaded(paths.uploadedBranding, asset)
  const isSet = isBookend(asset) ? branding[asset] !== undefined : branding.logos.some(({ slot }) => slot === asset)
  return {
    asset,
    inForce: found ? 'uploaded' : isSet ? 'setting' : 'none',
    uploaded: found ? { bytes: found.bytes, uploadedAt: new Date(found.atMs).toISOString() } : null,
    setting: { name: settingOf[asset], isSet },
    mostBytes: mostAssetBytes(asset),
  }
}

const nameOf = (property: string): string =>
  variables.find((each) => each.group === 'branding' && each.property === property)?.name ?? property

const settingOf = {
  platform: nameOf('platformFile'),
  venue: nameOf('venueFile'),
  'sponsor-1': nameOf('sponsor1File'),
  'sponsor-2': nameOf('sponsor2File'),
  'sponsor-3': nameOf('sponsor3File'),
  intro: nameOf('introFile'),
  outro: nameOf('outroFile'),
} as const satisfies Record<BrandingAsset, string>
