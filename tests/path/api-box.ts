// A real box for the tests of the door: its own home and database, its server on a free port, a key for each role, a small real film.
// Nothing of ours is replaced by a double; the cameras alone are left out.

import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { judgeSettings } from '../../config/settings.ts'
import { ffmpegBase } from '../../src/adapters/ffmpeg.ts'
import { failureSchema, successOf } from '../../src/api/answer/envelope.ts'
import { createKey } from '../../src/api/people/key-store.ts'
import type { Role } from '../../src/api/people/role.ts'
import { addAccount } from '../../src/api/people/account-store.ts'
import { hashPassword } from '../../src/api/people/password.ts'
import type { ApiAddress } from '../../src/api/address.ts'
import { serveApi } from '../../src/api/server.ts'
import { openApp, type App } from '../../src/app.ts'
import { newId } from '../../src/base/ids.ts'
import { runChild } from '../../src/base/process.ts'
import { insertBooking } from '../../src/booking/booking-store.ts'
import { findRecording, moveStep, openRecording } from '../../src/capture/recording-store.ts'
import type { Recording, StepName } from '../../src/capture/recording.ts'
import { decideBookends } from '../../src/merge/branding/fix-bookends.ts'
import { mergedUntil } from '../../src/merge/chunk-store.ts'
import { pictureBytes } from '../../src/merge/picture.ts'
import { openSmallPictures, type SmallPicture } from '../../src/merge/preview/small-pictures.ts'
import { startEncoder } from '../../src/merge/encoder.ts'
import { landPieces } from '../../src/merge/land-pieces.ts'
import { makePreviews } from '../../src/publish/companions/make-previews.ts'
import { publishRecording } from '../../src/publish/upload-manager.ts'
import { findVideoOf, type Video } from '../../src/publish/video.ts'

export const password = 'correct horse battery'

export type Ask = {
  readonly key?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export type ApiBox = {
  readonly app: App
  readonly home: string
  readonly base: string
  readonly keys: Readonly<Record<Role, string>>
  ask(method: string, path: string, ask?: Ask): Promise<Response>
  /** Stops the server; the home stays. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export type ApiBoxOptions = { readonly claimed?: boolean; readonly variables?: Readonly<Record<string, string>> }

/** A box that listens on loopback, claimed by the admin "anna" unless told otherwise. */
export async function openApiBox({ claimed = true, variables = {} }: ApiBoxOptions = {}): Promise<ApiBox> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ezrec-api-'))
  const given = { API_HOST: '127.0.0.1', LOG_LEVEL: 'DEBUG', TIMEZONE_NAME: 'Europe/Berlin', ...variables }
  const { settings } = judgeSettings(given, { home, cwd: home })
  const app = await openApp(settings, { service: 'ezrec-api' })
  if (claimed) addAccount(app.db, { name: 'anna', role: 'admin', passwordHash: await annasHash }, app.clock.nowMs())
  const key = (role: Role): string => createKey(app.db, app.clock, { name: `test ${role}`, role }).key
  const keys = { viewer: key('viewer'), operator: key('operator'), admin: key('admin') }
  const end = new AbortController()
  let served: Promise<void> | undefined
  const address = await new Promise<ApiAddress>((resolve, reject) => {
    served = serveApi(app, { host: settings.api.host, port: 0, portGiven: true, onListening: resolve }, end.signal)
    served.catch(reject)
  })
  const base = `http://127.0.0.1:${address.port}`
  const stop = async (): Promise<void> => {
    end.abort()
    await served
  }
  return {
    app,
    home,
    base,
    keys,
    stop,
    ask: (method, where, { key, body, headers = {} } = {}) =>
      fetch(base + where, {
        method,
        headers: {
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    [Symbol.asyncDispose]: async () => {
      await stop()
      app[Symbol.dispose]()
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** The data of a success, or the fault's code: whatever the envelope carries, judged by the schema. */
export async function dataOf<S extends z.ZodType>(answer: Response, schema: S): Promise<z.output<S>> {
  return schema.parse(successOf(z.unknown()).parse(await answer.json()).data)
}

export const faultOf = async (answer: Response): Promise<z.output<typeof failureSchema>> => failureSchema.parse(await answer.json())

const annasHash = hashPassword(password)

export type Shape = { readonly width: number; readonly height: number; readonly fps: number; readonly seconds: number }
const small: Shape = { width: 320, height: 180, fps: 25, seconds: 4 }

/** A booking with its recording, as the recorder opens it. */
export function openTestRecording(
  { db, clock }: App,
  { startsAtMs, title = 'Court 3' }: { startsAtMs: number; title?: string },
  shape = small,
): Recording {
  const [id, bookingId] = [newId(), newId()]
  const window = { startsAtMs, endsAtMs: startsAtMs + shape.seconds * 1_000 }
  const nowMs = clock.nowMs()
  insertBooking(db, {
    id: bookingId,
    callerId: null,
    userId: 'local',
    rigId: 'rig-1',
    title,
    ...window,
    cancelledAtMs: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  })
  openRecording(
    db,
    {
      id,
      bookingId,
      rigId: 'rig-1',
      folder: `2026-05-02/${id}`,
      ...window,
      fps: shape.fps,
      cameraWidth: shape.width,
      cameraHeight: shape.height,
      layout: 'side-by-side',
    },
    nowMs,
  )
  return mustHave(findRecording(db, id))
}

/** Lands real chunks of a moving picture; `lost` adds a gap of a second on the left camera, `bookend` a film before and behind it. */
export async function landTestChunks(
  { db, clock, logger, settings }: App,
  recording: Recording,
  { lost = false, bookend }: { readonly lost?: boolean; readonly bookend?: string | undefined } = {},
): Promise<void> {
  const { cameraWidth, cameraHeight, fps, startsAtMs, endsAtMs } = recording
  const format = { width: cameraWidth * 2, height: cameraHeight, fps }
  const source = `testsrc2=size=${format.width}x${format.height}:rate=${fps}:duration=${(endsAtMs - startsAtMs) / 1_000}`
  const args = [...ffmpegBase, '-f', 'lavfi', '-i', source, '-pix_fmt', 'yuv420p', '-f', 'rawvideo', 'pipe:1']
  const { stdout: pictures } = await runChild('ffmpeg', args, { timeoutMs: 60_000, maxOutputBytes: 1 << 30 })
  const encode = { ...format, preset: 'ultrafast', crf: 30, maxRateKbps: 4_000, chunkFrames: fps * 2 } as const
  const place = { recordingId: recording.id, folder: path.join(settings.paths.recordings, recording.folder) }
  await decideBookends(
    {
      ...{ db, clock, logger, ...place, encode, cacheFolder: settings.paths.bookends, sound: false },
      ...{ branding: { intro: bookend, outro: bookend }, patienceMs: 60_000, onLate: () => undefined },
    },
    AbortSignal.timeout(60_000),
  )
  const small = smallPicturesOf(pictures, format)
  const seam = (pictures.length / ((endsAtMs - startsAtMs) / 1_000)) * 2
  // Two seconds by one preset, the rest by another, as a merge does that falls behind.
  for (const [preset, part] of [
    ['veryfast', pictures.subarray(0, seam)],
    ['ultrafast', pictures.subarray(seam)],
  ] as const) {
    const encoder = await startEncoder({ ...encode, preset })
    const from = mergedUntil(db, recording.id)
    const landed = landPieces(encoder, {
      db,
      clock,
      ...place,
      from,
      missing: lost && from.frames === 0 ? [{ camera: 'left', firstFrame: fps, frames: fps, cause: 'camera-ended' }] : [],
      shown: [],
      small,
      fps,
      signal: AbortSignal.timeout(60_000),
    })
    await encoder.write(part)
    encoder.end()
    await landed
    await encoder.close()
  }
}

function noPictures(err: unknown): never {
  throw err
}

/** Sampled as the follower does. */
function smallPicturesOf(
  pictures: Buffer,
  format: { readonly width: number; readonly height: number; readonly fps: number },
): SmallPicture[] {
  const small: SmallPicture[] = []
  const sampler = openSmallPictures({ canvas: format, fps: format.fps, onTrouble: noPictures, onPicture: (each) => void small.push(each) })
  const bytes = pictureBytes(format)
  for (let frame = 0; frame * bytes < pictures.length; frame += 1)
    sampler.see(frame, pictures.subarray(frame * bytes, (frame + 1) * bytes), 0)
  return small
}

/** Lets the real publish step finish the film from its chunks. */
export async function publishTestFilm({ db, clock, logger, store, settings }: App, recording: Recording): Promise<Video> {
  const move = (name: StepName): void => {
    for (const to of ['working', 'done'] as const) moveStep(db, { recordingId: recording.id, name, to, nowMs: clock.nowMs() })
  }
  for (const name of ['capture', 'check', 'merge'] as const) move(name)
  await publishRecording(
    { db, clock, logger, store, recordingsFolder: settings.paths.recordings, chunkSeconds: 2, longestMs: 3_600_000 },
    recording.id,
    AbortSignal.timeout(60_000),
  )
  move('publish')
  await makePreviews({ db, clock, store }, mustHave(findVideoOf(db, recording.id)), AbortSignal.timeout(60_000))
  return mustHave(findVideoOf(db, recording.id))
}

/** All three at once: a film that is over. */
export async function makeTestFilm(
  app: App,
  options: { title?: string; lost?: boolean; seconds?: number; bookend?: string } = {},
): Promise<{ recording: Recording; video: Video }> {
  const shape = { ...small, seconds: options.seconds ?? small.seconds }
  const recording = openTestRecording(
    app,
    { startsAtMs: Date.parse('2026-05-02T17:30:00Z'), ...(options.title === undefined ? {} : { title: options.title }) },
    shape,
  )
  await landTestChunks(app, recording, options)
  return { recording, video: await publishTestFilm(app, recording) }
}

export function mustHave<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the test lacks what it needs')
  return value
}
