// `bench stitch`: what the stitch kernel costs a frame of 3392x1080, with relaxed SIMD and without, beside ffmpeg's `perspective` filter on the
// same pictures with the same geometry. Never times decoding: the peer's is measured and taken off.

import os from 'node:os'
import { planesOf } from '../../src/merge/picture.ts'
import { geometryOf } from '../../src/merge/stitch/stitch-geometry.ts'
import { makeStitcherMemory } from '../../src/merge/stitch/stitcher-memory.ts'
import { attachStitcher, type Stitcher } from '../../src/merge/stitch/stitcher.ts'
import type { Context, Point, Scenario } from '../harness.ts'
import { calibration, overlap, panorama } from '../panorama/geometry.ts'
import { costOf, firstCanvas, firstPicture, makePeer } from './perspective-cost.ts'

/** Milliseconds of processor time a frame; how many times less than ffmpeg; and how alike both draw the same pictures, luma. */
const mostMs = 3
const leastRatio = 10
const leastDecibels = 35

const peerFrames = 60
/** The clock of processor time may tick each 4 ms: a batch is many ticks. */
const batchFrames = 25
const batches = 12

export const stitchScenario: Scenario = {
  kind: 'bench',
  name: 'stitch',
  summary: "processor time of the stitch kernel a frame of 3392x1080, beside ffmpeg's perspective filter",
  usualRuns: 3,
  run: async function* run(context) {
    const before = process.threadCpuUsage()
    const seam = { points: [{ x: (overlap.from + overlap.to - 1) / 2, y: 0 }], featherPx: overlap.to - overlap.from }
    const geometry = geometryOf({ ...calibration, canvas: { x: 0, y: 0, ...panorama }, seam })
    const memory = makeStitcherMemory(geometry, { left: 1, right: 1, canvas: 1 })
    const tablesMs = milliseconds(before)
    context.say('making the pictures')
    const peer = await makePeer(context.folder, peerFrames, context.signal)
    const forms = { relaxed: attachStitcher(memory, 'relaxed'), plain: attachStitcher(memory, 'plain') }
    forms.plain.slots.left[0]?.set(await firstPicture(peer.inputs[0] ?? '', context.signal))
    forms.plain.slots.right[0]?.set(await firstPicture(peer.inputs[1] ?? '', context.signal))
    yield alike(forms.plain, await firstCanvas(peer, context.signal))
    const { relaxed, plain, fastest } = bothMs(forms)
    const best = Math.min(relaxed, plain)
    yield {
      name: 'the kernel',
      faults: best <= mostMs ? [] : [`a frame takes ${round(best)} ms, at most ${mostMs} may be`],
      figures: {
        relaxedMs: round(relaxed),
        plainMs: round(plain),
        fastestMs: { relaxed: round(fastest.relaxed), plain: round(fastest.plain) },
        tablesMs: Math.round(tablesMs),
        memoryMiB: Math.round(memory.memory.buffer.byteLength / 1_048_576),
        load: os.loadavg().map(round),
      },
    }
    yield await beside(context, forms, peer)
  },
}

/** Both draw the same thing: else the comparison would be none. */
function alike(stitcher: Stitcher, theirs: Buffer): Point {
  stitcher.compose(0, 0, 0)
  const [luma] = planesOf(panorama)
  const ours = stitcher.slots.canvas[0]
  const count = (luma?.stride ?? 0) * (luma?.rows ?? 0)
  let squares = 0
  for (let n = 0; n < count; n += 1) squares += ((ours?.[n] ?? 0) - (theirs[n] ?? 0)) ** 2
  const decibels = round(10 * Math.log10(255 ** 2 / (squares / count)))
  return {
    name: 'both draw the same canvas',
    faults: decibels >= leastDecibels ? [] : [`${decibels} dB between them, at least ${leastDecibels} are expected`],
    figures: { decibels },
  }
}

/** Side by side in time, again and again: what disturbs one disturbs the other. */
async function beside({ runs, signal, say }: Context, forms: Forms, peer: Awaited<ReturnType<typeof makePeer>>): Promise<Point> {
  const rounds: { kernel: number; filter: number }[] = []
  for (let n = 0; n < runs; n += 1) {
    say(`ffmpeg, round ${n + 1} of ${runs}`)
    const { decode, both } = await costOf(peer, signal)
    const { relaxed, plain } = bothMs(forms)
    rounds.push({ kernel: Math.min(relaxed, plain), filter: ((both - decode) * 1_000) / peerFrames })
  }
  const ratio = median(rounds.map(({ kernel, filter }) => filter / kernel))
  return {
    name: "beside ffmpeg's perspective filter",
    faults: ratio >= leastRatio ? [] : [`${round(ratio)} times less, at least ${leastRatio} are expected`],
    figures: {
      ratio: round(ratio),
      filterMs: round(median(rounds.map(({ filter }) => filter))),
      kernelMs: round(median(rounds.map(({ kernel }) => kernel))),
      ratios: rounds.map(({ kernel, filter }) => round(filter / kernel)),
    },
  }
}

type Forms = { readonly relaxed: Stitcher; readonly plain: Stitcher }

/** Milliseconds of this thread's processor time a frame, of both forms in turn: the median, and the batch that was disturbed least. */
function bothMs(forms: Forms): { relaxed: number; plain: number; fastest: { relaxed: number; plain: number } } {
  const took: { relaxed: number[]; plain: number[] } = { relaxed: [], plain: [] }
  for (const form of ['relaxed', 'plain'] as const) for (let n = 0; n < 2 * batchFrames; n += 1) forms[form].compose(0, 0, 0)
  for (let n = 0; n < batches; n += 1)
    for (const form of ['relaxed', 'plain'] as const) {
      const before = process.threadCpuUsage()
      for (let frame = 0; frame < batchFrames; frame += 1) forms[form].compose(0, 0, 0)
      took[form].push(milliseconds(before) / batchFrames)
    }
  const fastest = { relaxed: Math.min(...took.relaxed), plain: Math.min(...took.plain) }
  return { relaxed: median(took.relaxed), plain: median(took.plain), fastest }
}

function milliseconds(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1_000
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const round = (value: number): number => Math.round(value * 100) / 100
