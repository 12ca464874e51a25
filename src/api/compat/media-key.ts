// The key of an object, as the original's pages name logos and intro, as one of our assets.
// Pure but for looking whether it stands. Never makes a path of a key: it is one of a few words, or none of ours.

import { EzrecError } from '../../base/errors.ts'
import { noneUploaded } from '../../merge/branding/receive-asset.ts'
import { findUploaded, type BrandingAsset } from '../../merge/branding/uploaded-assets.ts'
import type { Door } from '../routing/door.ts'

/** Errors: not_found, for a key that names none of ours, and for another user's alike. */
export function assetOfKey(key: string, userId: string): BrandingAsset {
  const own = key.startsWith(`${userId}/`) ? key.slice(userId.length + 1) : undefined
  const found = key === 'main_ezrec_logo.png' ? 'platform' : own === undefined ? undefined : ownAsset(own)
  if (found) return found
  throw new EzrecError('not_found', 'no logo, intro or outro has this key', {
    hint: 'main_ezrec_logo.png, or with USER_ID in front: /logo/logo.png, /sponsor-logo1/logo1.png to 3, /intro-video/intro.mp4, /outro-video/outro.mp4',
  })
}

/** The last form of a sponsor's counts from 0. */
function ownAsset(key: string): BrandingAsset | undefined {
  const [, name, number] =
    /^(logo\/logo|intro-video\/intro|outro-video\/outro|sponsor-logo([1-3])\/logo\2|sponsor_logo_[0-2])\.\w{2,4}$/.exec(key) ?? []
  switch (name) {
    case undefined:
      return undefined
    case 'logo/logo':
      return 'venue'
    case 'intro-video/intro':
      return 'intro'
    case 'outro-video/outro':
      return 'outro'
    default:
      return sponsors[number === undefined ? Number(name.at(-1)) : Number(number) - 1]
  }
}

/** Who pays, in the order of their numbers. */
export const sponsors = ['sponsor-1', 'sponsor-2', 'sponsor-3'] as const

/** Errors: not_found. */
export async function mustStand({ settings }: Door, asset: BrandingAsset): Promise<void> {
  if (!(await findUploaded(settings.paths.uploadedBranding, asset))) throw noneUploaded(asset)
}
