// The branding of the films without a shell: what is in force, an asset sent, looked at and removed. The next film has what is in force when it begins.
// Never changes a setting or a file that a setting names.

import { z } from 'zod'
import { brandingAssets } from '../../merge/branding/uploaded-assets.ts'
import { route, type Route } from '../routing/route.ts'
import { assetSchema, brandingAssetSchema, tellAsset } from './branding-form.ts'
import { assetAnswer, dropAsset, sendAsset } from './branding-work.ts'

const asset = { path: '/branding/{asset}', tag: 'system', params: z.object({ asset: assetSchema }) } as const

export const brandingRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/branding',
      needs: 'viewer',
      tag: 'system',
      summary: 'Logos, intro and outro: which the next film has, the uploaded one, the setting’s or none',
      success: { data: z.object({ assets: z.array(brandingAssetSchema) }) },
      problems: [],
    },
    async (_, { settings }) => ({
      data: { assets: await Promise.all(brandingAssets.map((each) => tellAsset(settings, each))) },
      message: 'a change applies to the next film',
    }),
  ),
  route(
    {
      ...asset,
      method: 'get',
      needs: 'viewer',
      summary: 'The uploaded file',
      success: { media: 'image/png, image/jpeg, image/webp, application/octet-stream', statuses: [200, 206] },
      problems: ['not_found'],
    },
    ({ params, caller }, door) => assetAnswer(door, params.asset, caller),
  ),
  route(
    {
      ...asset,
      method: 'put',
      needs: 'operator',
      takesBytes: true,
      summary: 'Uploads an asset, the bytes of its file as the body; it takes the place of the setting’s',
      success: { data: brandingAssetSchema },
      problems: ['disk_full', 'timeout', 'upstream_unavailable', 'request_timeout'],
      audits: { within: 'asset.sent' },
      limits: 'a logo has at most 4 MiB, intro and outro 512 MiB and a minute; two at a time; it is judged before it stands',
    },
    async ({ params, caller }, door) => {
      await sendAsset(door, params.asset, caller, { who: caller.principal?.id ?? null })
      return { data: await tellAsset(door.settings, params.asset), message: 'the next film has it' }
    },
  ),
  route(
    {
      ...asset,
      method: 'delete',
      needs: 'operator',
      summary: 'Removes the uploaded file; the setting’s is in force again',
      success: { data: brandingAssetSchema },
      audits: { within: 'asset.removed' },
      problems: ['not_found'],
    },
    async ({ params, caller }, door) => {
      await dropAsset(door, params.asset, { who: caller.principal?.id ?? null })
      return { data: await tellAsset(door.settings, params.asset), message: 'the next film is without it' }
    },
  ),
]
