// ./ezrec calibrate: how the right camera's picture lies over the left one's, from two films, two stills or the rig itself.
// Never writes a calibration that the gate refuses, and never changes the cameras.

import path from 'node:path'
import { Option } from 'commander'
import { z } from 'zod'
import { flips } from '../../config/picture-words.ts'
import { openSettings, type Settings } from '../../config/settings.ts'
import { rotation } from '../../config/values.ts'
import { assertFfmpeg } from '../../src/adapters/ffmpeg-version.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { makeFolder, writeDurably } from '../../src/base/files.ts'
import { calibratePair, type PairCalibration } from '../../src/merge/stitch/calibrate/calibrate-pair.ts'
import { drawCalibration } from '../../src/merge/stitch/calibrate/draw-calibration.ts'
import type { Refusal } from '../../src/merge/stitch/calibrate/gate.ts'
import { readOriginal } from '../../src/merge/stitch/calibrate/import-original.ts'
import { readFrames } from '../../src/merge/stitch/calibrate/read-frames.ts'
import { recordLiveFilms } from '../calibrate/live-films.ts'
import { assertFree, writeCalibration } from '../calibrate/write-result.ts'
import { withExamples, type CliContext, type Verb } from '../cli.ts'
import { readOptions } from '../options.ts'

const degrees = ['0', '90', '180', '270']

export const command: Verb = {
  name: 'calibrate',
  summary: "a rig's geometry from two films, two stills or the cameras",
  configure: (it) =>
    void withExamples(
      it
        .argument('[left]', 'film or still of the left camera; without both, the cameras of the settings are run for some seconds')
        .argument('[right]', 'film or still of the right camera')
        .option('--out <file>', 'the calibration file; without it, the calibration becomes the current one of the rig')
        .option('--frames <n>', 'how many frames, spread over the length', '3')
        .addOption(
          new Option('--projection <kind>', 'what the film is drawn on').choices(['auto', 'planar', 'cylindrical']).default('auto'),
        )
        .addOption(new Option('--lens <choice>', 'whether bent lenses are straightened').choices(['auto', 'none']).default('auto'))
        .option('--canvas <x,y,w,h>', "the film's window, in pixels of the left picture")
        .option('--picture <file>', 'a PNG to look at: outlines, seam, agreement and errors')
        .option('--fast', 'a quicker search for features (ORB instead of AKAZE)')
        .option('--seconds <n>', 'how long the cameras are run, without two files', '6')
        .addOption(new Option('--left-rotation <degrees>', 'turn the left picture clockwise').choices(degrees))
        .addOption(new Option('--right-rotation <degrees>', 'turn the right picture clockwise').choices(degrees))
        .addOption(new Option('--left-flip <way>', 'mirror the left picture, after it was turned').choices(flips))
        .addOption(new Option('--right-flip <way>', 'mirror the right picture, after it was turned').choices(flips))
        .option('--import <file>', "take over the original's homography_right_to_left.json")
        .option('--force', 'replace files that are there')
        .option('--json', 'print one JSON document'),
      [
        ['./ezrec calibrate', 'from the cameras here; it becomes the calibration of the rig'],
        ['./ezrec calibrate --picture look.png', 'the same, with a picture that shows whether it is good'],
        ['./ezrec calibrate left.mp4 right.mp4 --out court.json --frames 6', 'from two films, to a file'],
        ['./ezrec calibrate left.png right.png --out court.json --canvas 0,0,3392,1080', 'from two stills, a window of your own'],
        ['./ezrec calibrate --import homography_right_to_left.json --out court.json', 'from an earlier installation'],
      ],
    ),
  run: async (context) => {
    const order = readOrder(context)
    return order.original === undefined ? calibrate(context, order) : takeOver(context, order, order.original)
  },
}

const canvasSchema = z
  .string()
  .regex(/^-?\d{1,5},-?\d{1,5},\d{2,5},\d{2,5}$/, 'is not X,Y,W,H in whole pixels')
  .transform((text) => text.split(',').map(Number))
  .refine(([, , width = 0, height = 0]) => width % 2 === 0 && height % 2 === 0, 'has an odd side')
  .refine(
    ([, , width = 0, height = 0]) => Math.min(width, height) >= 64 && Math.max(width, height) <= 8_192,
    'has a side outside 64 to 8192',
  )
  .transform(([x = 0, y = 0, width = 0, height = 0]) => ({ x, y, width, height }))

const name = z.string().min(1).max(4_096)

const optionsSchema = z.object({
  out: name.optional(),
  frames: z.coerce.number().int().min(1).max(12),
  projection: z.enum(['auto', 'planar', 'cylindrical']),
  lens: z.enum(['auto', 'none']),
  canvas: canvasSchema.optional(),
  picture: name.optional(),
  fast: z.boolean().optional(),
  seconds: z.coerce.number().min(1).max(600),
  leftRotation: rotation.default(0),
  rightRotation: rotation.default(0),
  leftFlip: z.enum(flips).default('none'),
  rightFlip: z.enum(flips).default('none'),
  import: name.optional(),
  force: z.boolean().optional(),
})

type Order = Omit<z.infer<typeof optionsSchema>, 'import'> & {
  readonly settings: Settings
  readonly files: { readonly left: string; readonly right: string } | undefined
  readonly original: string | undefined
}

function readOrder({ home, args, options, say }: CliContext): Order {
  const { import: original, ...given } = readOptions(optionsSchema, options)
  const fault = (message: string): EzrecError => new EzrecError('invalid', message, { hint: 'see calibrate --help' })
  const [left, right] = args
  if ((left === undefined) !== (right === undefined)) throw fault('two files are needed, left and right, or none for the cameras')
  if (original !== undefined && left !== undefined) throw fault('--import takes no films')
  if (given.canvas && given.projection === 'cylindrical') throw fault('--canvas is in pixels of the left picture: it needs a plane')
  const { settings, warnings } = openSettings(home)
  for (const warning of warnings) say(`warning: ${warning}`)
  const absolute = (file: string | undefined): string | undefined => (file === undefined ? undefined : path.resolve(file))
  const order = { ...given, out: absolute(given.out), picture: absolute(given.picture), original: absolute(original), settings }
  assertFree([order.out, order.picture], given.force === true)
  return {
    ...order,
    files: left === undefined || right === undefined ? undefined : { left: path.resolve(left), right: path.resolve(right) },
  }
}

async function calibrate({ say, signal, ...told }: CliContext, order: Order): Promise<number> {
  const { settings, files, frames: wanted, picture } = order
  await assertFfmpeg()
  const madeAt = new Date().toISOString()
  const { turns, sizes, frames, beganMs } = await readAll(order, files, wanted, say, signal)
  const wish = {
    detector: order.fast === true ? 'orb' : 'akaze',
    lens: order.lens,
    projection: order.projection,
    canvas: order.canvas,
  } as const
  const found = await calibratePair(frames, sizes, wish, { say, madeAt, signal })
  const calibration = { ...found.calibration, turns }
  const result = { ...found, calibration, tookMs: Math.round(performance.now() - beganMs) }
  const [frame] = frames
  if (picture !== undefined && frame && result.matches.length > 0) {
    await makeFolder(path.dirname(picture))
    await writeDurably(picture, await drawCalibration(result, frame, signal))
    say(`look at ${picture}`)
  }
  const [refusal] = result.refusals
  if (refusal) return tellRefusal(told, say, result, refusal)
  const target = { out: order.out, home: settings.paths.home, rigId: settings.camera.rigId }
  const file = await writeCalibration(result.calibration, madeAt, target)
  tellAccepted(told, result, file)
  return 0
}

/** `beganMs`: when there was nothing left to do but to read and compare. */
async function readAll(order: Order, files: Order['files'], wanted: number, say: (line: string) => void, signal: AbortSignal) {
  const turns = {
    left: { rotation: order.leftRotation, flip: order.leftFlip },
    right: { rotation: order.rightRotation, flip: order.rightFlip },
  }
  if (files) return { turns, beganMs: performance.now(), ...(await readFrames({ ...files, turn: turns }, wanted, signal)) }
  await using films = await recordLiveFilms(order.settings, { seconds: order.seconds, say }, signal)
  return { turns: films.turn, beganMs: performance.now(), ...(await readFrames(films, wanted, signal)) } // the films go when this returns
}

type Timed = PairCalibration & {
  /** Of reading the frames and of calibrating, without the cameras' run and the picture to look at. */
  readonly tookMs: number
}

/** The contract's five, and what else is known. */
const documentOf = ({ evidence, refusals, calibration, viewDegrees, tookMs }: Timed) => ({
  accepted: refusals.length === 0,
  rmsPx: Number.isFinite(evidence.rmsPx) ? round(evidence.rmsPx) : null,
  inliers: evidence.inliers,
  overlapShare: round(evidence.overlapShare),
  viewDegrees: viewDegrees === undefined ? null : Math.round(viewDegrees),
  tookMs,
  calibration: refusals.length === 0 ? calibration : null,
})

function tellAccepted({ json, out, print }: Omit<CliContext, 'say' | 'signal'>, result: Timed, file: string): void {
  if (json) return out({ ...documentOf(result), file })
  const { evidence, calibration } = result
  const { canvas, projection, lens } = calibration
  print(
    `accepted: ${evidence.inliers} landmarks agree within ${evidence.rmsPx.toFixed(3)} pixels, the pictures share ${percent(evidence.overlapShare)} (${(result.tookMs / 1_000).toFixed(1)} s)`,
  )
  print(`film of ${canvas?.width}x${canvas?.height}, ${projection?.kind ?? 'planar'}${lens ? ', lenses straightened' : ''}`)
  print(file)
}

function tellRefusal({ json, out }: Pick<CliContext, 'json' | 'out'>, say: CliContext['say'], result: Timed, first: Refusal): number {
  for (const { code, message, hint } of result.refusals) {
    say(`refused (${code}): ${message}`)
    say(`hint: ${hint}`)
  }
  const { message, hint } = first
  if (json) out({ ...documentOf(result), success: false, error: 'invalid', message, hint, refusals: result.refusals })
  return 1
}

/** Nothing of the picture is known here: size, shape and overlap are judged, the rest shows in the film. */
async function takeOver({ json, out, print }: CliContext, order: Order, original: string): Promise<number> {
  const madeAt = new Date().toISOString()
  const { calibration, overlapShare } = await readOriginal(original, madeAt)
  const target = { out: order.out, home: order.settings.paths.home, rigId: order.settings.camera.rigId }
  const file = await writeCalibration(calibration, madeAt, target)
  if (json) out({ accepted: true, rmsPx: null, inliers: null, overlapShare: round(overlapShare), calibration, file })
  else {
    print(`taken over: the pictures share ${percent(overlapShare)}; how exact it is, nobody measured`)
    print(file)
  }
  return 0
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000
const percent = (share: number): string => `${Math.round(share * 100)} %`
