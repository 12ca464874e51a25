// The merge step of a recording: follow it until its film is whole. A life of the follower that ends in trouble is followed by another.
// Never gives footage up: it tries for as long as the recording stands, and says why it had to.

import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { BrandingSettings } from '../../config/settings.ts'
import type { EncodeOptions } from '../adapters/ffmpeg.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import { EzrecError, messageOf } from '../base/errors.ts'
import type { Gate } from '../base/gate.ts'
import type { Logger } from '../base/logger.ts'
import { backoffMs } from '../base/retry.ts'
import { turnsOf } from '../capture/arrangement.ts'
import { filmFrames, type Recording } from '../capture/recording.ts'
import { findRecording, fixOrigin } from '../capture/recording-store.ts'
import { openSegmentLog, type SegmentLog, type SegmentLogOptions } from '../capture/segment-log.ts'
import { cameras } from '../capture/take.ts'
import { chooseOrigin } from '../check/timeline.ts'
import { brandRecording, overlaid, type Overlay } from './branding/branding.ts'
import { openFilmScore } from './branding/film-score.ts'
import { decideBookends } from './branding/fix-bookends.ts'
import { mergedUntil } from './chunk-store.ts'
import { isFaultOf } from './encoder.ts'
import { beginAnew, deviceLives, fixEncoder, removeChunks, type FixEncoderOptions } from './film-encoder.ts'
import { followOnce } from './follower.ts'
import { openDrawings, withCalibration, type RigWatching } from './rig/recording-rig.ts'

export type MergeOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly takesFolder: string
  /** How boots stand to UTC. */
  readonly labelOf?: SegmentLogOptions['labelOf']
  readonly recordingsFolder: string
  readonly preset: 'ultrafast' | 'superfast' | 'veryfast'
  readonly crf: number
  readonly maxRateKbps: number
  readonly qp?: number | undefined
  readonly encoder?: FixEncoderOptions['encoder']
  readonly findSpareEncoder?: FixEncoderOptions['findSpareEncoder']
  /** ffmpeg, unless it says otherwise. */
  readonly encoderProgram?: string | undefined
  /** Whether the board is hot or slows itself down; never, where nobody looks. */
  readonly isStrained?: (() => boolean) | undefined
  readonly chunkSeconds: number
  /** For recordings whose branding is not fixed yet: asked once, when the film begins. */
  readonly findBranding: () => Promise<BrandingSettings>
  /** Gives up after so many lives in a row that brought no chunk; never, unless it says so. */
  readonly mostTroubles?: number
  /** Where the rig's calibrations are kept. */
  readonly home: string
  /** Where intros and outros are kept as they were made. */
  readonly cacheFolder: string
  /** So long a film waits for its intro and outro behind its start; a minute, unless it says otherwise. */
  readonly bookendPatienceMs?: number
  /** Where panoramas wait whose match is over: their tables take 27 MiB each, and after a week off there may be many. One that is played now never
   *  waits. */
  readonly backlog?: Gate
  readonly rigWatch: RigWatching
}

/** Resolves when the recording's window has passed and every frame of it stands in a chunk; or when the signal aborts. Errors: the last
 *  life's, where it may give up. */
export async function mergeRecording(options: MergeOptions, recordingId: string, signal: AbortSignal): Promise<void> {
  const { db, clock, logger } = options
  const opened = mustFind(db, recordingId)
  using _turn = opened.layout === 'panorama' && opened.endsAtMs < clock.nowMs() ? await options.backlog?.enter(signal) : undefined
  if (signal.aborted) return
  const log = openSegmentLog({ ...options, rigId: opened.rigId, sinceMs: opened.startsAtMs })
  const folder = path.join(options.recordingsFolder, opened.folder)
  await mkdir(folder, { recursive: true })
  const { startsAtMs, fps } = opened
  const branding = await options.findBranding()
  const frames = movingEnd(options, recordingId)
  const { score: set, margin } = branding
  // First of all: what the file says while the origin is sought and the rig looked at stands in the film, too.
  await using score = openFilmScore({ ...options, recordingId, startsAtMs, fps, set, margin, frames })
  const origin = await originOf(options, opened, log, signal)
  if (!origin) return
  const grid = { bootId: origin.bootId, originUs: origin.us, startsAtMs, fps }
  const recording = await withCalibration(options, opened, { log, grid }, signal)
  if (!recording) return
  const drawings = openDrawings(options, recording, { log, grid })
  const layout = drawings.begun
  const { preset, crf, maxRateKbps, qp } = options
  const encode = { ...layout.canvas, fps, preset, crf, maxRateKbps, qp, chunkFrames: options.chunkSeconds * fps }
  let encoder = await fixEncoder(options, recordingId, { ...layout.canvas, fps })
  await using bookends = openBookends(options, recording, { folder, encode, branding }, signal)
  const onLeftOut = ({ slot, file }: { slot: string; file: string }, fault: string): void =>
    logger.warn({ recording: recordingId, logo: slot, file, fault }, 'a logo is left out of the film')
  let overlay: { readonly of: Overlay | undefined } | undefined
  let deviceTroubles = 0
  for (let trouble = 0, reached = 0; !signal.aborted; trouble += 1) {
    const before = mergedUntil(db, recordingId).chunks
    try {
      overlay ??= {
        of: await brandRecording(db, recordingId, {
          settings: branding,
          canvas: layout.canvas,
          onLeftOut,
          patient: trouble < patientLives,
        }),
      }
      await bookends.decided()
      const drawing = await drawings.at(mergedUntil(db, recordingId).frames, encode.chunkFrames, signal)
      await followOnce(
        {
          ...options,
          log,
          recordingId,
          folder,
          grid,
          camera: { width: recording.cameraWidth, height: recording.cameraHeight },
          turns: turnsOf(recording),
          sound: recording.sound,
          layout: overlaid(drawing.layout, overlay.of),
          calibration: drawing.calibration,
          openRig: drawing.openRig,
          encode: { ...encode, encoder },
          score,
          frames,
        },
        signal,
      )
      if (mergedUntil(db, recordingId).frames >= frames()) return // else the end moved in the last moment
    } catch (error) {
      if (signal.aborted) return
      const { chunks } = mergedUntil(db, recordingId)
      if (chunks > reached) trouble = 0
      reached = chunks
      deviceTroubles = isFaultOf('v4l2m2m', error) ? (chunks > before ? 1 : deviceTroubles + 1) : deviceTroubles
      if (deviceTroubles >= deviceLives) {
        beginAnew(db, recordingId, messageOf(error), clock.nowMs())
        await removeChunks(folder)
        logger.error({ recording: recordingId, err: error, lost: chunks }, "the board's encoder gives up: the film begins anew with x264")
        encoder = 'x264'
        deviceTroubles = 0
        reached = 0
      }
      if (trouble + 1 >= (options.mostTroubles ?? Number.POSITIVE_INFINITY)) throw error
      logger.warn({ recording: recordingId, err: error, trouble }, 'merge goes on from its last chunk')
      await clock.sleep(100 + backoffMs(trouble, { baseMs: 100, capMs: 10_000 }), signal)
    }
  }
}

/** The film's intro and outro, made while its cameras start. */
function openBookends(
  options: MergeOptions,
  recording: Recording,
  place: { readonly folder: string; readonly encode: EncodeOptions; readonly branding: BrandingSettings },
  signal: AbortSignal,
): AsyncDisposable & { decided(): Promise<void> } {
  const over = new AbortController()
  const late: Promise<unknown>[] = []
  const patienceMs = Math.min(Math.max(0, recording.startsAtMs - options.clock.nowMs()), 180_000) + (options.bookendPatienceMs ?? 60_000)
  const own = {
    ...options,
    recordingId: recording.id,
    sound: recording.sound,
    ...place,
    patienceMs,
    onLate: (work: Promise<unknown>) => void late.push(work),
  }
  const decide = (): Promise<void> => decideBookends(own, AbortSignal.any([signal, over.signal]))
  let first: Promise<void> | undefined = decide()
  first.catch(() => undefined) // told by whoever asks for it
  return {
    decided: async () => {
      const tried = first ?? decide()
      first = undefined
      await tried
    },
    [Symbol.asyncDispose]: async () => {
      over.abort()
      await Promise.all([first?.catch(() => undefined), ...late])
    },
  }
}

/** A logo that ends its decoder in life after life, and not the machine, is left out: the film is worth more. */
const patientLives = 5

/** The film's length as the booking stands: looked up for every frame, so that no frame is composed past an end that moved. */
const movingEnd =
  ({ db }: MergeOptions, recordingId: string) =>
  (): number =>
    filmFrames(mustFind(db, recordingId))

/** Where the film begins: as fixed before, or by the first camera that has a clock; by the wall clock alone when none has until the end. */
async function originOf(
  options: MergeOptions,
  recording: Recording,
  log: SegmentLog,
  signal: AbortSignal,
): Promise<{ bootId: string; us: number } | undefined> {
  const { db, clock } = options
  for (let known = recording.origin; !signal.aborted; known = mustFind(db, recording.id).origin) {
    if (known) return known
    await log.refresh()
    const takes = log.takes.filter((take) => take.ended === undefined || take.ended.atMs > recording.startsAtMs)
    const [left, right] = cameras.map((camera) => chooseOrigin(recording.startsAtMs, recording.fps, takes, camera))
    const nobody = clock.nowMs() > mustFind(db, recording.id).endsAtMs ? { bootId: 'none', us: 0 } : undefined
    const chosen = left ?? (clock.nowMs() > recording.startsAtMs ? right : undefined) ?? nobody
    if (chosen) fixOrigin(db, recording.id, chosen)
    else await clock.sleep(50, signal)
  }
  return undefined
}

function mustFind(db: Database, recordingId: string): Recording {
  const found = findRecording(db, recordingId)
  if (!found) throw new EzrecError('not_found', 'there is no such recording', { hint: 'nothing to do', facts: { recording: recordingId } })
  return found
}
