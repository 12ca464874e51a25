// Clips for phones: parts of a film below a messenger's limit, upright or wide, cut around the play.
// Never makes one: the worker does, when nothing is recorded.

import { z } from 'zod'
import { EzrecError } from '../../base/errors.ts'
import { bookendFrames } from '../../merge/branding/bookend-store.ts'
import { deletePhoneClip } from '../../publish/clips/delete-phone-clip.ts'
import { mostPhoneBytes, phoneShapes } from '../../publish/clips/phone-clip-format.ts'
import { askForPhoneClip, findPhoneClip, listPhoneClips, mostPhoneClips, phoneClipSeconds } from '../../publish/clips/phone-clip-store.ts'
import { phoneClipAnswer } from '../media/phone-clip-answer.ts'
import { dailyWork, route, type Route } from '../routing/route.ts'
import { assertOwnPhoneClip, mustFindRecording, mustFindVideo } from './find-film.ts'
import { phoneClipDetailSchema, phoneClipSchema, tellPhoneClip, tellPhoneClipDetail } from './phone-clip-form.ts'

const id = z.object({ id: z.string().min(1).max(64) })
const seconds = z.number().min(0).max(200_000)
const label = z.string().regex(/^[^\p{C}]{1,100}$/u, { error: 'must be 1 to 100 printable characters' })
const { shortest, longest } = phoneClipSeconds

export const phoneClipRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: '/videos/{id}/phone-clips',
      needs: 'operator',
      ofUser: true,
      tag: 'films',
      summary: `Ask for a part of a film for phones, below ${mostPhoneBytes / 1e6} MB; from and to in seconds of the film; made when nothing is recorded`,
      params: id,
      body: z.object({ from: seconds, to: seconds, shape: z.enum(phoneShapes).default('9:16'), label: label.optional() }),
      success: { data: phoneClipSchema, statuses: [201] },
      problems: ['not_found', 'conflict'],
      limits: `${shortest} to ${longest} s; ${mostPhoneClips} of a match; the same asked for again is the one that is there`,
      audits: dailyWork,
      makes: 'anew',
    },
    ({ params, body, caller }, door) => {
      const video = mustFindVideo(door, params.id, caller)
      const recording = mustFindRecording(door, video.recordingId, caller)
      const introMs = (bookendFrames(door.db, recording.id).intro * 1_000) / recording.fps
      const instantOf = (second: number): number => recording.startsAtMs + second * 1_000 - introMs
      const order = {
        ...{ fromMs: instantOf(body.from), toMs: instantOf(body.to), shape: body.shape },
        ...{ label: body.label ?? null, askedBy: caller.principal?.id ?? '' },
      }
      const clip = askForPhoneClip(door.db, recording.id, order, door.clock.nowMs())
      return { status: 201, data: tellPhoneClip(recording, clip), message: 'this clip is made as soon as nothing is recorded' }
    },
  ),
  route(
    {
      method: 'get',
      path: '/videos/{id}/phone-clips',
      needs: 'viewer',
      ofUser: true,
      tag: 'films',
      summary: 'The clips for phones of a film, in the order in which they were asked for',
      params: id,
      success: { data: z.array(phoneClipDetailSchema) },
      problems: ['not_found'],
    },
    async ({ params, caller }, door) => {
      const recording = mustFindRecording(door, mustFindVideo(door, params.id, caller).recordingId, caller)
      const clips = listPhoneClips(door.db, recording.id)
      const data = await Promise.all(clips.map((each) => tellPhoneClipDetail(door, recording, each)))
      return { data, message: `${clips.length} clips for phones` }
    },
  ),
  route(
    {
      method: 'get',
      path: '/phone-clips/{id}',
      needs: 'viewer',
      ofUser: true,
      tag: 'films',
      summary: 'How far a clip for phones is',
      params: id,
      success: { data: phoneClipDetailSchema },
      problems: ['not_found'],
    },
    async ({ params, caller }, door) => {
      assertOwnPhoneClip(door.db, caller, params.id)
      const clip = findPhoneClip(door.db, params.id)
      if (!clip) throw new EzrecError('not_found', 'there is no such clip', { hint: 'GET /videos/{id}/phone-clips lists them' })
      const data = await tellPhoneClipDetail(door, mustFindRecording(door, clip.recordingId, caller), clip)
      return { data, message: `this clip is ${clip.state}` }
    },
  ),
  route(
    {
      method: 'get',
      path: '/phone-clips/{id}/file',
      needs: 'viewer',
      ofUser: true,
      tag: 'films',
      summary: 'A clip for phones, whole or one range of it; with download=1 named for people',
      params: id,
      query: z.object({ download: z.enum(['0', '1']).default('0') }),
      success: { media: 'video/mp4', statuses: [200, 206] },
      problems: ['not_found', 'range_not_satisfiable'],
    },
    ({ params, query, caller }, door) => {
      assertOwnPhoneClip(door.db, caller, params.id)
      return phoneClipAnswer(door, params.id, caller, { download: query.download === '1' })
    },
  ),
  route(
    {
      method: 'delete',
      path: '/phone-clips/{id}',
      needs: 'operator',
      ofUser: true,
      tag: 'films',
      summary: 'Delete a clip for phones; the film is not touched',
      params: id,
      success: { data: z.object({ id: z.string() }) },
      problems: ['not_found', 'forbidden'],
      audits: 'clip.removed',
    },
    async ({ params, caller }, { db, clock, settings }) => {
      assertOwnPhoneClip(db, caller, params.id)
      await deletePhoneClip({ db, clock, recordingsFolder: settings.paths.recordings }, params.id)
      return { data: { id: params.id }, message: 'clip deleted' }
    },
  ),
]
