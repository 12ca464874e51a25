// `bench sync`: how well the offset of two cameras is measured from decoded pictures of the simulated rig, and what that costs.
// Never plays a camera: pictures come from the loops, capture times are the truth and a delay.

import type { RigFormat } from '../../src/capture/pitch/rig-format.ts'
import { simulatedCalibration } from '../../src/capture/pitch/view.ts'
import type { Calibration } from '../../src/merge/stitch/calibration.ts'
import { openOffsetMeter, type OffsetVerdict } from '../../src/merge/sync/offset-meter.ts'
import { openPatchStack } from '../../src/merge/sync/overlap-patches.ts'
import { measureResidual } from '../../src/merge/sync/overlap-residual.ts'
import type { Context, Point, Scenario } from '../harness.ts'
import { rigPictures } from '../rig-pictures.ts'

const fps = 25
const frameUs = 1e6 / fps
const windowFrames = 5 * fps
const formats: readonly RigFormat[] = [
  { width: 640, height: 360, fps },
  { width: 1280, height: 720, fps },
]
/** Milliseconds: whole frames and not. */
const latencies = [0, 40, 57, 100, 137, 213.5, 300] as const
/** Of a frame, 95 of 100 windows. */
const mostError = 0.1
/** Milliseconds of processor time for a pair of pictures. */
const mostCost = 0.3

export const syncScenario: Scenario = {
  kind: 'bench',
  name: 'sync',
  summary: 'how well the offset of two cameras is measured from their pictures, and what that costs',
  run: async function* run(context) {
    for (const format of formats) {
      const pictures = await decoded(context, format)
      yield offsets(format, pictures)
      yield refusals(format, pictures)
      yield rig(format, pictures)
    }
  },
}

type Pictures = { readonly left: readonly Uint8Array[]; readonly right: readonly Uint8Array[] }

/** Half the loop: of all of it at 1280x720 a small machine has no room. */
const sceneFrames = 250

async function decoded({ cacheFolder }: Context, format: RigFormat): Promise<Pictures> {
  const span = { from: 0, frames: sceneFrames }
  return { left: await rigPictures('left', format, span, cacheFolder), right: await rigPictures('right', format, span, cacheFolder) }
}

const named = ({ width, height }: RigFormat): string => `${width}x${height}`

function offsets(format: RigFormat, pictures: Pictures): Point {
  const meter = openMeter(format)
  const errors: number[] = []
  let [refused, pairs] = [0, 0]
  const beganUs = processorUs()
  for (const latencyMs of latencies)
    for (let from = 10; from + windowFrames <= sceneFrames; from += 5) {
      const behind = Math.ceil((latencyMs * fps) / 1_000)
      for (let n = 0; n < windowFrames; n += 1, pairs += 1) {
        meter.see('left', (from + n) * frameUs, at(pictures.left, from + n))
        const shown = from + n - behind
        meter.see('right', shown * frameUs + latencyMs * 1_000, at(pictures.right, shown))
      }
      const verdict = meter.judge()
      if (verdict.is === 'measured') errors.push((Math.abs(verdict.offsetMs - latencyMs) * fps) / 1_000)
      else refused += 1
    }
  const costMs = (processorUs() - beganUs) / 1_000 / pairs
  const sorted = errors.toSorted((a, b) => a - b)
  const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? 1
  return {
    name: `offset of windows of 5 s, ${named(format)}`,
    faults: [
      ...(p95 <= mostError ? [] : [`95 of 100 windows are off by up to ${p95.toFixed(3)} frame, at most ${mostError} may be`]),
      ...(costMs <= mostCost ? [] : [`a pair of pictures costs ${costMs.toFixed(3)} ms of processor time, at most ${mostCost} may be`]),
    ],
    figures: {
      windows: errors.length + refused,
      refused,
      medianFrames: round(sorted[sorted.length >> 1] ?? 0),
      p95Frames: round(p95),
      longestFrames: round(sorted.at(-1) ?? 0),
      cpuMsPerPair: round(costMs),
    },
  }
}

/** What must not be measured: each a window where one or both cameras show nobody. */
function refusals(format: RigFormat, pictures: Pictures): Point {
  const meter = openMeter(format)
  const still = { left: pictures.left.slice(0, 1), right: pictures.right.slice(0, 1) }
  const flat = [new Uint8Array(format.width * format.height).fill(60)]
  const cases: Readonly<Record<string, Pictures>> = {
    nobody: still,
    'left frozen': { ...pictures, left: still.left },
    'right frozen': { ...pictures, right: still.right },
    'left covered': { ...pictures, left: flat },
    'right covered': { ...pictures, right: flat },
  }
  const told = Object.entries(cases).map(([name, each]): [string, OffsetVerdict] => {
    for (let n = 0; n < windowFrames; n += 1) {
      meter.see('left', n * frameUs, at(each.left, n))
      meter.see('right', n * frameUs, at(each.right, n))
    }
    return [name, meter.judge()]
  })
  return {
    name: `what cannot be known is refused, ${named(format)}`,
    faults: told.flatMap(([name, { is }]) => (is === 'refused' ? [] : [`an offset was told: ${name}`])),
    figures: Object.fromEntries(told.map(([name, verdict]) => [name, verdict.is === 'refused' ? verdict.why : verdict.offsetMs])),
  }
}

/** What a calibration that is right, and one that is off by a pixel, leave. */
function rig(format: RigFormat, pictures: Pictures): Point {
  const calibration = simulatedCalibration(format)
  const [a, b, c, d, e, f, g, h, i] = calibration.homography
  const moved: Calibration = { ...calibration, homography: [a, b, c + a, d, e, f + d, g, h, i + g] } // one pixel of the right picture along x
  const beganUs = processorUs()
  const [steadyPx, movedPx] = [calibration, moved].map((each) => {
    const stack = openPatchStack(each, { left: format, right: format })
    for (let n = 0; n < 5; n += 1) stack.add(at(pictures.left, n * 50), at(pictures.right, n * 50))
    const { left, right } = stack.take()
    const told = measureResidual(stack.form, left, right)
    return told.is === 'measured' ? told.px : Number.NaN
  })
  const costMs = (processorUs() - beganUs) / 1_000 / 2
  const isRight = steadyPx !== undefined && movedPx !== undefined && steadyPx < 0.3 && movedPx > 0.8 && movedPx < 1.2
  return {
    name: `what the calibration leaves, ${named(format)}`,
    faults: isRight ? [] : [`${steadyPx} px by the right calibration, ${movedPx} px by one that is a pixel off`],
    figures: { steadyPx: round(steadyPx ?? 0), movedByOnePx: round(movedPx ?? 0), cpuMsPerLook: round(costMs) },
  }
}

const openMeter = (format: RigFormat) =>
  openOffsetMeter({ calibration: simulatedCalibration(format), size: { left: format, right: format }, fps })

const at = (pictures: readonly Uint8Array[], frame: number): Uint8Array =>
  pictures[((frame % pictures.length) + pictures.length) % pictures.length] ?? new Uint8Array()

/** Of this program, in the machine and in the kernel for it. */
function processorUs(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

const round = (value: number): number => Math.round(value * 10_000) / 10_000
