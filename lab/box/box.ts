// `bench box`: the whole box live, as it stands on a court: two cameras whose pictures it encodes, a panorama, the film published at the end.
// What each part costs here, how far the merge is behind, and what that would be on a Raspberry Pi 5: an estimate, and told as one.

import { mkdir, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { readDatabase } from '../../src/adapters/sqlite.ts'
import { systemClock } from '../../src/base/clock.ts'
import { openSource } from '../../src/capture/drivers/driver.ts'
import { ensureLoop } from '../../src/capture/drivers/loop-cache.ts'
import { loopStreamName } from '../../src/capture/loop-camera/loop-file.ts'
import type { Context, Scenario } from '../harness.ts'
import { costOf, mustRun, round } from '../run-job.ts'
import { filmStart, startSession, type SessionAnswer } from '../session-run.ts'
import { membersOf } from '../kill/process-tree.ts'
import { productCores, watchCost } from './cost-by-part.ts'
import { estimateBoard, inRealTime, type Cores } from './part-of.ts'

const format = { width: 1_280, height: 720, fps: 25 } as const
const lookMs = 200

/** The first seconds start programs, draw tables and measure sync; the last ones publish: neither is how a match runs. */
const settleSeconds = 8

export const boxScenario: Scenario = {
  kind: 'bench',
  name: 'box',
  summary: 'the whole box live: two encoded 720p cameras, a panorama; cores by part, lag, and what a Raspberry Pi 5 would need (--seconds)',
  run: async function* run(context) {
    const seconds = Math.max(20, context.seconds?.[0] ?? 60)
    await drawRig(context)
    const before = await referenceCoresOf(context)
    const { cores, mergedShare, preset, answer, code, lag } = await runBox(context, seconds)
    const after = await referenceCoresOf(context) // a load by others weighs on both alike, where it lasts
    yield {
      name: `the box for ${seconds} s, 2 x ${format.width}x${format.height} at ${format.fps}, panorama`,
      faults: faultsOf(answer, code, seconds),
      figures: {
        cores: productCores(cores),
        coresByPart: cores,
        mergedShare,
        preset,
        lag,
        publishSeconds: answer.publishSeconds,
        film: { width: answer.video.width, frames: answer.video.frames, bytes: answer.video.bytes },
        load: os.loadavg().map((each) => round(each, 1)),
        referenceCores: [before, after].map((each) => round(each)),
        pi5: estimateBoard(cores, (before + after) / 2),
      },
    }
  },
}

type BoxRun = {
  /** As if the merge had kept up. */
  readonly cores: Cores
  /** Frames that were merged while it was measured, by frames that were played. */
  readonly mergedShare: number
  /** The encoder's, when the match was nearly over. */
  readonly preset: string | undefined
  readonly answer: SessionAnswer
  readonly code: number | null
  readonly lag: Lag
}

async function runBox(context: Context, seconds: number): Promise<BoxRun> {
  const home = path.join(context.folder, 'box')
  const mark = path.join(context.folder, 'tmp')
  await mkdir(mark, { recursive: true })
  const variables = {
    CAMERA_LEFT: 'simulated:left?encode=box',
    CAMERA_RIGHT: 'simulated:right?encode=box',
    RESOLUTION: `${format.width}x${format.height}`,
    RECORDING_FPS: String(format.fps),
    MERGE_LAYOUT: 'panorama',
    MERGE_PRESET: 'superfast', // as a box has it by default: it takes a faster one when it has to
  }
  const session = await startSession({ ...context, home, seconds, mark, variables })
  const over = new AbortController()
  void session.child.exited.then(() => over.abort())
  const signal = AbortSignal.any([context.signal, over.signal])
  const startsAtMs = await filmStart(home, signal)
  await systemClock.sleep(Math.max(0, startsAtMs + settleSeconds * 1_000 - systemClock.nowMs()), signal)
  const [beganMs, before] = [systemClock.nowMs(), mergedFrames(home)]
  const watch = watchCost(mark, () => performance.now())
  for (watch.look(); systemClock.nowMs() < startsAtMs + (seconds - 1) * 1_000 && !signal.aborted; watch.look())
    await systemClock.sleep(lookMs, signal)
  const playedFrames = ((systemClock.nowMs() - beganMs) / 1_000) * format.fps
  const mergedShare = round((mergedFrames(home) - before) / playedFrames)
  const preset = membersOf(mark)
    .map(({ commandLine }) => /libx264 -preset (\w+) -crf/.exec(commandLine)?.[1])
    .find(Boolean)
  const cores = inRealTime(watch.cores(), mergedShare)
  context.say(`${productCores(cores)} cores: ${JSON.stringify(cores)}`)
  const { code, answer } = await session.ended
  return { cores, mergedShare, preset, answer, code, lag: lagOf(home, answer.recordingId, startsAtMs) }
}

/** Loops and geometry are made before anything is measured. */
async function drawRig({ cacheFolder, signal, say }: Context): Promise<void> {
  for (const side of ['left', 'right'] as const) {
    const onProgress = (share: number, what: string): void => say(`${side}: ${what} ${Math.round(share * 100)} %`)
    await openSource(`simulated:${side}`, { side, format, cacheFolder, signal, onProgress })
  }
}

function mergedFrames(home: string): number {
  using db = readDatabase(path.join(home, 'ezrec.sqlite'))
  return z.object({ frames: z.int() }).parse(db.get('select coalesce(sum(frames), 0) as frames from chunk')).frames
}

type Lag = { readonly medianSeconds: number; readonly p95Seconds: number; readonly longestSeconds: number; readonly chunks: number }

/** From the end of what a chunk shows until it was there, verified: what a live viewer waits, the player's own buffer apart. */
function lagOf(home: string, recordingId: string, startsAtMs: number): Lag {
  using db = readDatabase(path.join(home, 'ezrec.sqlite'))
  const row = z.object({ first_frame: z.int(), frames: z.int(), verified_at_ms: z.number() })
  const lags = db
    .all('select first_frame, frames, verified_at_ms from chunk where recording_id = ? order by number', recordingId)
    .map((found) => row.parse(found))
    .map((chunk) => (chunk.verified_at_ms - startsAtMs) / 1_000 - (chunk.first_frame + chunk.frames) / format.fps)
    .toSorted((a, b) => a - b)
  const at = (share: number): number => round(lags[Math.min(lags.length - 1, Math.floor(lags.length * share))] ?? Number.NaN)
  return { medianSeconds: at(0.5), p95Seconds: at(0.95), longestSeconds: at(1), chunks: lags.length }
}

function faultsOf({ status, gaps, video }: SessionAnswer, code: number | null, seconds: number): string[] {
  const frames = seconds * format.fps
  return [
    ...(code === 0 ? [] : [`the session ended with ${code}`]),
    ...(status === 'complete' ? [] : [`the film is ${status}: ${JSON.stringify(gaps.slice(0, 5))}`]),
    ...(video.frames === frames ? [] : [`the film has ${video.frames} frames, not ${frames}`]),
    ...((video.width ?? 0) > format.width * 1.5 && (video.width ?? 0) < format.width * 2 ? [] : [`it is no panorama: ${video.width} wide`]),
  ]
}

/** Cores that x264 takes here for 1080p at 30 frames a second: measured with the rig's pictures at 720p, in proportion to the pixels. */
async function referenceCoresOf({ folder, cacheFolder, signal, say }: Context): Promise<number> {
  const order = { format, groupFrames: 10, source: { kind: 'pitch', view: 'left', firstFrame: 0, pictures: 'live' } } as const
  const loop = await ensureLoop(order, { folder: cacheFolder, signal })
  const raw = path.join(folder, 'reference.yuv')
  const frames = 200
  const quiet = ['-v', 'error', '-nostdin', '-y']
  await mustRun(
    'ffmpeg',
    [...quiet, '-f', 'h264', '-i', path.join(loop, loopStreamName), '-frames:v', `${frames}`, '-f', 'rawvideo', raw],
    signal,
  )
  const input = [
    '-f',
    'rawvideo',
    '-pixel_format',
    'yuv420p',
    '-video_size',
    `${format.width}x${format.height}`,
    '-framerate',
    '25',
    '-i',
    raw,
  ]
  const { cpuSeconds } = await costOf(async (life) => {
    await mustRun('ffmpeg', [...quiet, ...input, '-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '23', '-f', 'null', '-'], life)
    return { frames }
  }, signal)
  await writeFile(raw, '')
  const cores = (cpuSeconds / frames) * ((1_920 * 1_080 * 30) / (format.width * format.height))
  say(`x264 takes ${round(cores)} of a core here for 1080p30`)
  return cores
}
