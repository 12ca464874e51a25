// The original's way to logos and intro: an address that is good for an hour, asked for by the key of an object. A key names one of our assets and
// nothing else. Never a path, and never another user's.

import { z } from 'zod'
import { EzrecError } from '../../base/errors.ts'
import { findUploaded } from '../../merge/branding/uploaded-assets.ts'
import { assetAnswer, dropAsset, sendAsset } from '../routes/branding-work.ts'
import { brandingAssetSchema, tellAsset } from '../routes/branding-form.ts'
import { HttpFault } from '../answer/problem.ts'
import type { AssetAddress } from '../guard/asset-addresses.ts'
import type { Door } from '../routing/door.ts'
import { route, type Caller, type Route } from '../routing/route.ts'
import { assetOfKey, mustStand } from './media-key.ts'
import { successor } from './successor.ts'

const key = z.string().min(1).max(500)
const word = z.string().max(200).optional()

const signed = {
  path: '/media/signed/{token}',
  needs: 'open',
  signed: true,
  tag: 'original',
  params: z.object({ token: z.string().max(100) }),
} as const

export const oldMediaRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/media/presign',
      needs: 'operator',
      tag: 'original',
      summary: 'An address of this box that may send, fetch or remove one logo, intro or outro without a key, for an hour',
      query: z.object({
        key,
        operation: z.enum(['put', 'get', 'delete']).default('get'),
        content_type: z
          .string()
          .regex(/^[\w.+-]{1,60}\/[\w.+-]{1,60}$/, { error: 'must be a media type' })
          .optional()
          .describe('what is sent must be called so'),
      }),
      success: {
        data: z.object({ url: z.url(), method: z.enum(['PUT', 'GET', 'DELETE']), content_type: z.string().nullable() }),
      },
      problems: ['not_found'],
    },
    async ({ query, caller }, door) => {
      const asset = assetOfKey(query.key, door.settings.booking.userId)
      const { principal } = caller
      if (query.operation !== 'put') await mustStand(door, asset)
      const { kind = 'program', id = '' } = principal ?? {}
      const contentType = query.content_type ?? null
      const token = door.assetAddresses.give({ asset, operation: query.operation, contentType, by: { kind, id } })
      const method = ({ put: 'PUT', get: 'GET', delete: 'DELETE' } as const)[query.operation]
      return {
        data: { url: `${door.publicUrl}/media/signed/${token}`, method, content_type: contentType },
        message: 'good for an hour',
        headers: successor('/branding/{asset}'),
      }
    },
  ),
  route(
    {
      ...signed,
      method: 'get',
      summary: 'The file that the address was given for',
      success: { media: 'image/png, image/jpeg, image/webp, application/octet-stream', statuses: [200, 206] },
      problems: ['not_found', 'forbidden'],
    },
    ({ params, caller }, door) => assetAnswer(door, given(door, params.token, 'get').asset, caller),
  ),
  route(
    {
      ...signed,
      method: 'put',
      takesBytes: true,
      summary: 'Sends the file that the address was given for',
      success: { data: brandingAssetSchema },
      problems: ['not_found', 'disk_full', 'timeout', 'upstream_unavailable', 'request_timeout'],
      limits: 'as PUT /branding/{asset}',
    },
    async ({ params, caller }, door) => {
      const address = given(door, params.token, 'put')
      assertType(address, caller)
      await sendAsset(door, address.asset, caller, { who: address.by.id })
      return { data: await tellAsset(door.settings, address.asset), message: 'the next film has it' }
    },
  ),
  route(
    {
      ...signed,
      method: 'delete',
      summary: 'Removes the file that the address was given for',
      success: { data: brandingAssetSchema },
      problems: ['not_found'],
    },
    async ({ params }, door) => {
      const { asset, by } = given(door, params.token, 'delete')
      await dropAsset(door, asset, { who: by.id })
      return { data: await tellAsset(door.settings, asset), message: 'the next film is without it' }
    },
  ),
  route(
    {
      method: 'post',
      path: '/media/notify',
      needs: 'operator',
      tag: 'original',
      summary: 'Says whether what was sent stands, or what was removed is gone; nothing need be told',
      body: z.object({ s3_key: key, action: word, user_id: word, filename: word, media_type: word }),
      success: { data: z.object({ status: z.literal('ok') }) },
      problems: ['not_found', 'conflict'],
      audits: { not: 'it looks and changes nothing' },
    },
    async ({ body }, door) => {
      const asset = assetOfKey(body.s3_key, door.settings.booking.userId)
      const isGone = ['delete', 'deleted', 'remove', 'removed'].includes((body.action ?? '').toLowerCase())
      if (!isGone) await mustStand(door, asset)
      else if (await findUploaded(door.settings.paths.uploadedBranding, asset))
        throw new EzrecError('conflict', `the ${asset} still stands`, { hint: 'DELETE /branding/{asset} removes it' })
      return { data: { status: 'ok' }, message: isGone ? 'it is gone' : 'it stands: the next film has it', headers: successor('/branding') }
    },
  ),
]

/** Errors: not_found, alike for one that never was and one that is over; forbidden for another method than it was given for. */
function given({ assetAddresses }: Door, token: string, operation: AssetAddress['operation']): AssetAddress {
  const found = assetAddresses.find(token)
  if (!found)
    throw new EzrecError('not_found', 'this address is good no more', { hint: 'ask GET /media/presign for another; one lasts an hour' })
  if (found.operation !== operation)
    throw new EzrecError('forbidden', `this address was given for ${found.operation.toUpperCase()} alone`, {
      hint: `ask GET /media/presign with operation=${operation}`,
    })
  return found
}

function assertType({ contentType }: AssetAddress, { headers }: Caller): void {
  if (contentType === null || headers.get('content-type')?.toLowerCase() === contentType.toLowerCase()) return
  throw new HttpFault('unsupported_media_type', `this address was given for ${contentType}`, 'send that content-type, or ask without one')
}
