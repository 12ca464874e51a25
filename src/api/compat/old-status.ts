// The original's probes of life and machine, measured now: nothing here is a constant that looks like a measurement.
// Never a path of the disk and never an address of a camera.

import os from 'node:os'
import { z } from 'zod'
import { cameras } from '../../capture/take.ts'
import { pageVideos } from '../../publish/video-page.ts'
import { logUnits, readLogs } from '../../system/service-logs.ts'
import { isRecording } from '../../system/health-facts.ts'
import type { Answer } from '../answer/envelope.ts'
import type { Door } from '../routing/door.ts'
import { route, type Route } from '../routing/route.ts'
import { successor } from './successor.ts'

const probes = ['cpu', 'memory', 'storage', 'temperature', 'uptime', 'errors', 'recent_recordings', 'network', 'is_recording'] as const
type Probe = (typeof probes)[number]

export const oldStatusRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/test-alive',
      needs: 'open',
      tag: 'original',
      summary: 'The server answers',
      success: { data: z.object({ status: z.literal('alive') }) },
      problems: [],
    },
    () => ({ data: { status: 'alive' }, message: 'GET /health tells whether the box is well', headers: successor('/health') }),
  ),
  route(
    {
      method: 'get',
      path: '/api/cameras',
      needs: 'viewer',
      tag: 'original',
      summary: 'The two cameras as the settings name them',
      success: {
        data: z.object({
          cameras: z.array(z.object({ id: z.enum(cameras), name: z.string(), status: z.literal('configured') })),
          count: z.int(),
        }),
      },
      problems: [],
    },
    (_, { settings }) => {
      const told = cameras.map((camera) => ({
        id: camera,
        name: `${camera} (${/^[a-z0-9]+/.exec(settings.camera[camera])?.[0] ?? 'unknown'})`,
        status: 'configured' as const,
      }))
      return {
        data: { cameras: told, count: told.length },
        message: 'GET /health tells whether they give pictures',
        headers: successor('/system-info'),
      }
    },
  ),
  route(
    {
      method: 'get',
      path: '/status/{what}',
      needs: 'viewer',
      tag: 'original',
      summary: 'One figure of the machine, under the original’s name',
      params: z.object({ what: z.enum(probes) }),
      success: { data: z.record(z.string(), z.unknown()) },
      problems: [],
    },
    async ({ params }, door): Promise<Answer> => ({
      data: await figures[params.what](door),
      message: params.what,
      headers: successor(params.what === 'is_recording' ? '/health' : '/system-info'),
    }),
  ),
]

const figures: Readonly<Record<Probe, (door: Door) => Promise<Record<string, unknown>>>> = {
  cpu: () => Promise.resolve({ cpu_usage: { load: os.loadavg(), processors: os.availableParallelism() } }),
  memory: () => Promise.resolve({ memory_usage: { total_bytes: os.totalmem(), free_bytes: os.freemem() } }),
  storage: async ({ lookAtMachine }) => ({
    storage: (await lookAtMachine()).places.map(({ name, freeBytes }) => ({ name, free_bytes: freeBytes ?? null })),
  }),
  temperature: async ({ lookAtMachine }) => ({ temperature: (await lookAtMachine()).board.celsius ?? null }),
  uptime: () => Promise.resolve({ uptime: os.uptime() }),
  // When and where; the words are for those who may read logs (GET /system/logs).
  errors: async ({ settings }) => ({
    errors: (await readLogs(settings.paths.logs, { units: logUnits, level: 'ERROR', sinceMs: 0 }, 10)).map(({ time, unit }) => ({
      time,
      unit,
    })),
  }),
  recent_recordings: ({ db }) =>
    Promise.resolve({
      recent_recordings: pageVideos(db, { sort: '-published', limit: 5 }).videos.map(({ id, recordingId }) => ({
        video_id: id,
        filename: `${recordingId}.mp4`,
      })),
    }),
  network: () => Promise.resolve({ network: { hostname: os.hostname() } }),
  is_recording: (door) => Promise.resolve({ is_recording: isRecording(door) }),
}
