// What our panorama is to reach, beside its peers and beside the truth; from measured figures to what is wrong with them. Pure.
// Never forgives: a figure that is missing is wrong.

import type { Cost } from '../run-job.ts'
import { median, round } from '../run-job.ts'
import type { Preset } from './encode-options.ts'
import type { Quality } from './judge-picture.ts'

export const targets = {
  /** Of the original's loop. */
  fpsOfOriginal: 3.3,
  cpuOfOriginal: 0.45,
  /** Of ffmpeg's perspective filter. */
  cpuOfPerspective: 0.8,
  /** The floor's share of ours: decoding both and encoding, and nothing between. */
  floor: { ultrafast: 0.74, superfast: 0.74, veryfast: 0.82 } satisfies Record<Preset, number>,
  /** dB over everything with the true homography; with our own, over everything and in the overlap. */
  psnr: 35.5,
  ownPsnr: 33,
  ownOverlapPsnr: 35,
  seamStep: 0.8,
} as const

/** One job's costs, round by round; all jobs have as many. */
export type Rounds = readonly Cost[]

export type Ratios = {
  readonly fpsOfOriginal: number
  readonly cpuOfOriginal: number
  readonly cpuOfPerspective: number
  readonly floorShare: number
}

export type Beside = { readonly original: Rounds; readonly perspective: Rounds; readonly decode: Rounds; readonly encode: Rounds }

/** The middle of the ratios of each round: what else the machine did in a round, it did to both. */
export function ratiosOf(ours: Rounds, { original, perspective, decode, encode }: Beside): Ratios {
  const middle = (of: (round: number) => number): number => round(median(ours.map((_, n) => of(n))))
  const cpu = (rounds: Rounds, n: number): number => rounds[n]?.cpuSeconds ?? Number.NaN
  return {
    fpsOfOriginal: middle((n) => (ours[n]?.fps ?? Number.NaN) / (original[n]?.fps ?? Number.NaN)),
    cpuOfOriginal: middle((n) => cpu(ours, n) / cpu(original, n)),
    cpuOfPerspective: middle((n) => cpu(ours, n) / cpu(perspective, n)),
    floorShare: middle((n) => (cpu(decode, n) + cpu(encode, n)) / cpu(ours, n)),
  }
}

/** The targets over the original are for veryfast: the preset that is worth uploading. */
export function costFaults(preset: Preset, ratios: Ratios): string[] {
  return [
    ...(preset === 'veryfast'
      ? [
          ...atLeast('frames a second of the original', ratios.fpsOfOriginal, targets.fpsOfOriginal),
          ...atMost('processor time of the original', ratios.cpuOfOriginal, targets.cpuOfOriginal),
        ]
      : []),
    ...atMost('processor time of the perspective filter', ratios.cpuOfPerspective, targets.cpuOfPerspective),
    ...atLeast("the floor's share", ratios.floorShare, targets.floor[preset]),
  ]
}

/** `slack`: dB by which a film may fall short that is too short to be judged: its first picture, the encoder's worst, is half of it. */
export const trueFaults = (quality: Quality, slack = 0): string[] => [
  ...atLeast('dB over everything', quality.all.psnr, targets.psnr - slack),
  ...atMost('step at the seam', quality.seamStep, targets.seamStep),
]

export const ownFaults = (quality: Quality): string[] => [
  ...atLeast('dB over everything with our own calibration', quality.all.psnr, targets.ownPsnr),
  ...atLeast('dB in the overlap with our own calibration', quality.overlap.psnr, targets.ownOverlapPsnr),
]

const atLeast = (what: string, found: number, wanted: number): string[] =>
  found >= wanted ? [] : [`${what}: ${found}, not at least ${wanted}`]
const atMost = (what: string, found: number, wanted: number): string[] =>
  found <= wanted ? [] : [`${what}: ${found}, not at most ${wanted}`]
