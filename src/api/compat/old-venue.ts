// The original's /system, which told the box where logos lie, and its /live-preview; each for what it was meant for, and no more.
// Never opens a path that is sent, and never a camera beside a booking.

import { z } from 'zod'
import { EzrecError } from '../../base/errors.ts'
import type { BrandingAsset } from '../../merge/branding/uploaded-assets.ts'
import { previewAnswer } from '../routes/preview-route.ts'
import { route, type Route } from '../routing/route.ts'
import { assetOfKey, mustStand, sponsors } from './media-key.ts'
import { successor } from './successor.ts'

const key = z.string().min(1).max(500)

const named = z.object({
  main_logo_path: key.nullish(),
  sponsor_logo_paths: z.array(key.nullable()).max(sponsors.length).nullish(),
  intro_video_path: key.nullish(),
})

export const oldVenueRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: '/system',
      needs: 'operator',
      tag: 'original',
      summary: 'Says whether the named logos and intro stand, each by the key that it was sent under; a path of a disk is refused',
      body: named,
      success: { data: z.object({ status: z.literal('ok'), settings: named }) },
      problems: ['not_found'],
      audits: { not: 'it looks and changes nothing' },
    },
    async ({ body }, door) => {
      for (const [asset, each] of assetsOf(body)) {
        if (each == null) continue
        if (assetOfKey(each, door.settings.booking.userId) !== asset)
          throw new EzrecError('invalid', `that key is not the ${asset}’s`, { hint: 'GET /media/presign takes the same keys' })
        await mustStand(door, asset)
      }
      return { data: { status: 'ok', settings: body }, message: 'they are in force', headers: successor('/branding') }
    },
  ),
  route(
    {
      method: 'get',
      path: '/live-preview',
      needs: 'operator',
      tag: 'original',
      summary: 'As GET /cameras/{camera}/preview, of the left camera, or of the right one where there is no left: one still',
      success: { media: 'image/jpeg' },
      problems: ['forbidden', 'conflict', 'camera_missing', 'timeout'],
    },
    async ({ caller }, door) => {
      const answer = await previewAnswer('left', caller, door).catch((error: unknown) => {
        if (error instanceof EzrecError && error.code === 'camera_missing') return previewAnswer('right', caller, door)
        throw error
      })
      for (const [name, value] of Object.entries(successor('/cameras/{camera}/preview'))) answer.headers.set(name, value)
      return answer
    },
  ),
]

const assetsOf = (body: z.infer<typeof named>): readonly (readonly [BrandingAsset, string | null | undefined])[] => [
  ['platform', body.main_logo_path],
  ...sponsors.map((asset, n) => [asset, body.sponsor_logo_paths?.[n]] as const),
  ['intro', body.intro_video_path],
]
