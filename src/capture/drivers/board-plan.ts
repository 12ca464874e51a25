// What a board can record and merge while the match is on: per camera, by who makes its H.264. A table, and the judgement by it.
// Pure. All figures are estimates: those of Raspberry Pis from other machines and their makers' data, those of computers from one machine, by cores.

import type { RigFormat } from '../pitch/rig-format.ts'
import type { Board, BoardKind } from './board.ts'

/** Who makes the H.264: the box from a CSI sensor, the box from a USB camera's pictures, or the camera itself. */
export type CameraWork = 'csi' | 'encode' | 'copy'

/** Millions of pixels a second, for each of two cameras. */
export type Limit = {
  /** Up to this the film is merged while it is recorded. */
  readonly live: number
  /** Up to this nothing is lost; the film comes later. */
  readonly record: number
}

/** An H.264 encoder in hardware that anybody may use through V4L2, and what it takes. */
export type EncoderPlan = {
  /** Its node below /dev. */
  readonly node: string
  /** Of each side, in pixels. */
  readonly largestSide: number
  /** Millions of pixels a second, of all that it encodes at once. */
  readonly rate: number
}

export type BoardPlan = {
  readonly csiAtOnce: number
  /** Absent where films are encoded by x264 alone. */
  readonly encoder?: EncoderPlan
  readonly limits: Readonly<Record<CameraWork, Limit>>
  readonly known: 'estimated' | 'measured'
}

/** The plan of a board with so many cores. */
export function planOf({ kind }: Board, cores: number): BoardPlan {
  if (kind !== 'other') return piPlans[kind]
  // Per core: a 720p25 MJPEG camera takes 0.30 of one to encode; two 1080p30 films take 1.33 to merge.
  const each = (live: number, record: number): Limit => ({ live: live * cores, record: record * cores })
  return { csiAtOnce: 2, limits: { csi: each(19, 30), encode: each(19, 30), copy: each(40, 200) }, known: 'estimated' }
}

export type RigVerdict =
  | { readonly fits: true; readonly merge: 'live' | 'behind' }
  | { readonly fits: false; readonly fault: string; readonly mend: string }

export type SpareEncoder = Pick<EncoderPlan, 'node' | 'largestSide'> & {
  /** What the cameras leave of it. Millions of pixels a second. */
  readonly rate: number
}

/** What a rig of these sources leaves of the board's encoder. A CSI camera has it, and `auto` may turn out to be one: it is taken for it. */
export function spareEncoder({ encoder, csiAtOnce }: BoardPlan, sources: readonly string[], format: RigFormat): SpareEncoder | undefined {
  if (!encoder) return undefined
  const sensors = sources.filter((source) => /^(auto$|rpicam:)/.test(source.trim())).length
  return { ...encoder, rate: encoder.rate - Math.min(sensors, csiAtOnce) * pixelRate(format) }
}

/** Whether a rig of these two cameras can be recorded on the board in this form. */
export function judgeRig(plan: BoardPlan, works: readonly CameraWork[], format: RigFormat): RigVerdict {
  const sensors = works.filter((work) => work === 'csi').length
  if (sensors > plan.csiAtOnce)
    return {
      fits: false,
      fault: `this board runs ${plan.csiAtOnce} CSI camera at a time, not ${sensors}`,
      mend: 'take a USB or a network camera for the other side, or a Raspberry Pi 5',
    }
  const rate = pixelRate(format)
  const most = Math.min(...works.map((work) => plan.limits[work].record))
  const here = `${format.width}x${format.height} at ${format.fps} frames a second`
  if (rate > most)
    return {
      fits: false,
      fault: `${here} is ${rate} million pixels a second for each camera; this board records ${most} of this kind`,
      mend: `set RESOLUTION and RECORDING_FPS to at most ${largestWithin(most)}, or take cameras that send H.264 themselves`,
    }
  return { fits: true, merge: works.every((work) => rate <= plan.limits[work].live) ? 'live' : 'behind' }
}

export type PlanRow = { readonly work: CameraWork; readonly live: string; readonly record: string }

/** The plan for people: the largest usual form of each kind, or `none`. */
export const planRows = ({ limits }: BoardPlan): PlanRow[] =>
  (['csi', 'encode', 'copy'] as const).map((work) => ({
    work,
    live: largestWithin(limits[work].live),
    record: largestWithin(limits[work].record),
  }))

const piPlans: Readonly<Record<Exclude<BoardKind, 'other'>, BoardPlan>> = {
  pi5: {
    csiAtOnce: 2,
    limits: { csi: { live: 27.7, record: 62.3 }, encode: { live: 27.7, record: 27.7 }, copy: { live: 62.3, record: 124.5 } },
    known: 'estimated',
  },
  pi4: {
    csiAtOnce: 1,
    encoder: { node: 'video11', largestSide: 1_920, rate: 62.3 },
    limits: { csi: { live: 10.3, record: 62.3 }, encode: { live: 10.3, record: 27.7 }, copy: { live: 10.3, record: 62.3 } },
    known: 'estimated',
  },
  'pi-older': {
    csiAtOnce: 1,
    limits: { csi: { live: 0, record: 27.7 }, encode: { live: 0, record: 0 }, copy: { live: 0, record: 27.7 } },
    known: 'estimated',
  },
}

const usualForms: readonly RigFormat[] = [
  { width: 3840, height: 2160, fps: 30 },
  { width: 1920, height: 1080, fps: 60 },
  { width: 1920, height: 1080, fps: 30 },
  { width: 1280, height: 720, fps: 60 },
  { width: 1280, height: 720, fps: 30 },
  { width: 854, height: 480, fps: 25 },
]

function largestWithin(limit: number): string {
  const form = usualForms.find((each) => pixelRate(each) <= limit)
  return form ? `${form.width}x${form.height} at ${form.fps}` : 'none'
}

export const pixelRate = ({ width, height, fps }: RigFormat): number => Math.round((width * height * fps) / 1e5) / 10
