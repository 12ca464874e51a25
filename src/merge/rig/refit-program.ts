// The program that fits a rig again: `node refit-program.ts` reads an order and pictures from its standard input, calibrates as ./ezrec calibrate does,
// answers on its standard output and ends. It takes only the processor time that nobody else wants, and is the first to go when memory is short.
// Never writes a file of the home.

import { writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { buffer } from 'node:stream/consumers'
import { messageOf } from '../../base/errors.ts'
import { pictureBytes } from '../picture.ts'
import { calibratePair, redrawnWithin, type PairCalibration } from '../stitch/calibrate/calibrate-pair.ts'
import { drawCalibration } from '../stitch/calibrate/draw-calibration.ts'
import type { Refusal } from '../stitch/calibrate/gate.ts'
import type { FramePair } from '../stitch/calibrate/read-frames.ts'
import { emptyShareOf } from '../stitch/canvas-window.ts'
import { refitOrderSchema, type RefitAnswer, type RefitOrder } from './refit-order.ts'

/** Of a film's canvas, as much may stay black. */
const mostEmpty = 0.03

const stop = new AbortController()
process.once('SIGTERM', () => stop.abort()) // what it has started ends with it

try {
  yieldToAll()
  const input = await buffer(process.stdin)
  const end = input.indexOf(0x0a)
  const order = refitOrderSchema.parse(JSON.parse(input.toString('utf8', 0, end)))
  const { answer, picture } = await refit(order, framesOf(order, input.subarray(end + 1)))
  process.stdout.write(`${JSON.stringify(answer)}\n`)
  process.stdout.write(picture)
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`)
  process.exitCode = 1
}

function yieldToAll(): void {
  setPriority(constants.priority.PRIORITY_LOW)
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000')
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`) // a system without it: the limits of its memory stand all the same
  }
}

function framesOf({ left, right, frames }: RefitOrder, bytes: Buffer): FramePair[] {
  const [leftBytes, rightBytes] = [pictureBytes(left), pictureBytes(right)]
  if (bytes.length !== frames * (leftBytes + rightBytes)) throw new Error(`${bytes.length} bytes are not the pictures asked for`)
  return Array.from({ length: frames }, (_, n) => {
    const at = n * (leftBytes + rightBytes)
    return { left: bytes.subarray(at, at + leftBytes), right: bytes.subarray(at + leftBytes, at + leftBytes + rightBytes) }
  })
}

async function refit(
  { left, right, madeAt, within }: RefitOrder,
  frames: readonly FramePair[],
): Promise<{ answer: RefitAnswer; picture: Buffer }> {
  const wish = { detector: 'akaze', lens: 'auto', projection: 'auto', canvas: undefined } as const
  const { signal } = stop
  const found = await calibratePair(frames, { left, right }, wish, { say: () => undefined, madeAt, signal })
  const inFilm = within && found.refusals.length === 0 ? redrawnWithin(found.calibration, within, frames) : undefined
  const refusal = found.refusals[0] ?? (inFilm && emptyRefusal(emptyShareOf(inFilm)))
  const { rmsPx, inliers } = found.evidence
  const provenance = 'refit'
  const answer: RefitAnswer = {
    refusal: refusal ?? null,
    rmsPx: Number.isFinite(rmsPx) ? rmsPx : 0,
    inliers,
    calibration: found.refusals.length > 0 ? null : { ...found.calibration, provenance },
    within: inFilm && !refusal ? { ...inFilm, provenance } : null,
  }
  return { answer, picture: await drawn(found, frames) }
}

/** Only to look at: it is not worth a calibration. */
async function drawn(found: PairCalibration, [frame]: readonly FramePair[]): Promise<Buffer> {
  if (!frame || found.matches.length === 0) return Buffer.alloc(0)
  try {
    return await drawCalibration(found, frame, stop.signal)
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`)
    return Buffer.alloc(0)
  }
}

function emptyRefusal(share: number): (Omit<Refusal, 'code'> & { readonly code: string }) | undefined {
  if (share <= mostEmpty) return undefined
  return {
    code: 'canvas-empty',
    message: `neither camera sees ${Math.round(share * 100)} % of the film's picture any more`,
    hint: 'turn the cameras back to where they were, or calibrate the rig again: the next film has another canvas',
  }
}
