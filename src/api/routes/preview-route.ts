// GET /cameras/{camera}/preview: what a camera sees while nothing is booked. Off unless the settings allow it; for operators; each look is written down.
// Never while a booking is on or near.

import { z } from 'zod'
import { EzrecError } from '../../base/errors.ts'
import { cameras, type Camera } from '../../capture/take.ts'
import { takePreview } from '../../system/preview.ts'
import { addAudit } from '../guard/audit.ts'
import type { Door } from '../routing/door.ts'
import { route, type Caller } from '../routing/route.ts'

export const previewRoute = route(
  {
    method: 'get',
    path: '/cameras/{camera}/preview',
    needs: 'operator',
    tag: 'system',
    summary: 'A still of a camera while nothing is booked; needs LIVE_PREVIEW=true, and each look is written to the audit',
    params: z.object({ camera: z.enum(cameras) }),
    success: { media: 'image/jpeg' },
    problems: ['forbidden', 'conflict', 'camera_missing', 'timeout'],
    audits: { within: 'preview.seen' },
    limits: 'one at a time; at most 15 s; called off when a booking comes near',
  },
  ({ params, caller }, door) => previewAnswer(params.camera, caller, door),
)

/** Errors: forbidden, conflict, rate_limited, camera_missing, timeout. */
export async function previewAnswer(camera: Camera, caller: Caller, door: Door): Promise<Response> {
  const { db, clock, settings, previews } = door
  if (!settings.api.livePreview)
    throw new EzrecError('forbidden', 'looking through the cameras is off', { hint: 'LIVE_PREVIEW=true allows it to operators' })
  if (caller.method === 'HEAD') return new Response(null, { headers })
  const leave = previews.take()
  try {
    const { rigId, width, height, fps, left, right } = settings.camera
    const options = {
      ...{ db, clock, rigId, sources: { left, right }, format: { width, height, fps }, tuning: settings.camera },
      cacheFolder: settings.paths.cache,
      leadInMs: settings.camera.leadInSeconds * 1_000,
    }
    addAudit(db, { atMs: clock.nowMs(), who: caller.principal?.id ?? '', what: 'preview.seen', subjectId: camera, facts: {} }) // before: a look that failed may have shown something
    const still = await takePreview(options, camera, AbortSignal.timeout(20_000))
    return new Response(new Uint8Array(still), { headers })
  } finally {
    leave()
  }
}

const headers = { 'content-type': 'image/jpeg', 'cache-control': 'no-store' } as const
