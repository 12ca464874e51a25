// Fits a rig that has moved again, from pictures of a film, in a process of its own with bounds of time and memory; the gate is the one of ./ezrec calibrate.
// Never takes longer than it may: a film that waits for it goes on without it.

import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { writeDurably } from '../../base/files.ts'
import { EzrecError, messageOf } from '../../base/errors.ts'
import { runChild } from '../../base/process.ts'
import { spelledOut, type FilmCalibration } from '../film-calibration.ts'
import type { Calibration, PairTurns } from '../stitch/calibration.ts'
import type { FramePair } from '../stitch/calibrate/read-frames.ts'
import type { PairSize } from '../stitch/calibrate/two-view.ts'
import { installCalibration, listCalibrations } from '../stitch/rig-calibration.ts'
import { refitAnswerSchema, type RefitOrder } from './refit-order.ts'

export type RefitWish = {
  readonly sizes: PairSize
  /** How its pictures are turned. */
  readonly turns: PairTurns
  /** At least one, of different instants. */
  readonly frames: readonly FramePair[]
  /** UTC, ISO 8601. */
  readonly madeAt: string
  /** Of a film that is under way: its canvas stays. */
  readonly within?: FilmCalibration | undefined
}

export type Refit =
  | {
      readonly is: 'accepted'
      /** For the rig and its films to come. */
      readonly calibration: Calibration
      /** For the film that is under way. */
      readonly within: FilmCalibration | undefined
      /** A PNG to look at; empty where none could be drawn. */
      readonly picture: Buffer
    }
  | { readonly is: 'refused'; readonly code: string; readonly why: string; readonly hint: string }

const program = fileURLToPath(new URL('refit-program.ts', import.meta.url))
/** A board that records, merges and fits at once: some ten times what it takes by itself. */
const longestMs = 90_000
/** Of its heap, and of OpenCV's in pages of 64 KiB: 256 and 1024 MiB. Pictures come on top: what they take is known. */
const memoryFlags = ['--max-old-space-size=256', '--wasm-max-mem-pages=16384']
const mostAnswerBytes = 1 << 25

/** Whatever goes wrong with it is a refusal. Errors: canceled. */
export async function refitRig({ sizes, turns, frames, madeAt, within }: RefitWish, signal: AbortSignal): Promise<Refit> {
  const order: RefitOrder = { ...sizes, frames: frames.length, madeAt, ...(within ? { within } : {}) }
  const input = Buffer.concat([Buffer.from(`${JSON.stringify(order)}\n`), ...frames.flatMap(({ left, right }) => [left, right])])
  try {
    const { code, stdout, stderr } = await runChild(process.execPath, ['--disable-warning=ExperimentalWarning', ...memoryFlags, program], {
      input,
      signal,
      timeoutMs: longestMs,
      maxOutputBytes: mostAnswerBytes,
    })
    const end = stdout.indexOf(0x0a)
    if (code !== 0 || end < 0) return failed(stderr.trim().split('\n').at(-1) || 'it ended without an answer')
    const { refusal, calibration, within: inFilm } = refitAnswerSchema.parse(JSON.parse(stdout.toString('utf8', 0, end)))
    if (refusal || !calibration) {
      const { code: why, message, hint } = refusal ?? { code: 'failed', message: 'it gave nothing', hint: usualHint }
      return { is: 'refused', code: why, why: message, hint }
    }
    const drawnBy = inFilm ? spelledOut({ ...inFilm, turns }) : undefined
    return { is: 'accepted', calibration: { ...calibration, turns }, within: drawnBy, picture: stdout.subarray(end + 1) }
  } catch (error) {
    if (signal.aborted) throw error
    return failed(error instanceof EzrecError && error.code === 'timeout' ? `it took longer than ${longestMs / 1_000} s` : messageOf(error))
  }
}

const usualHint = 'calibrate the rig again: ./ezrec calibrate'

const failed = (why: string): Refit => ({ is: 'refused', code: 'failed', why: why.slice(0, 200), hint: usualHint })

/** The rig's current calibration from now on; earlier ones stay. Its picture stands beside the dated file: only the last one, for it shows people. */
export async function keepRefit(
  refit: Extract<Refit, { is: 'accepted' }>,
  { home, rigId, madeAt }: { readonly home: string; readonly rigId: string; readonly madeAt: string },
): Promise<string> {
  const file = await installCalibration(home, rigId, refit.calibration, madeAt)
  const picture = file.replace(/\.json$/, '.png')
  if (refit.picture.length > 0) await writeDurably(picture, refit.picture)
  for (const each of await listCalibrations(home, rigId)) if (each !== file) await rm(each.replace(/\.json$/, '.png'), { force: true })
  return file
}
