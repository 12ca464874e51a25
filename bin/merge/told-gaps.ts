// What a film lacks, as programs are answered and as people are told.
// Never rounds a gap away: shares are rounded down.

import type { Camera } from '../../src/capture/take.ts'
import { cameras } from '../../src/capture/take.ts'
import { inputs } from '../../src/capture/input.ts'
import { shareWithout } from '../../src/check/coverage.ts'
import type { GapRow } from '../../src/merge/chunk-store.ts'
import type { PictureFaultRow } from '../../src/merge/picture-faults.ts'
import { missingOf } from '../../src/publish/certificate.ts'

export type ToldGaps = {
  /** The share of the film that each camera gave, and that has sound where the film has any. */
  readonly coverage: Readonly<Record<string, number>>
  readonly gaps: readonly ToldSpan<{ readonly cause: string }>[]
  readonly pictureFaults: readonly ToldSpan<{ readonly fault: string }>[]
}

/** Counts from the match's first picture, an intro apart. */
type ToldSpan<T> = T & { readonly camera: string; readonly fromSeconds: number; readonly seconds: number }

export type LackingFilm = {
  readonly gaps: readonly GapRow[]
  readonly pictureFaults: readonly PictureFaultRow[]
  readonly frames: number
  readonly fps: number
  readonly sound: boolean
}

/** Pure. */
export function tellGaps({ gaps, pictureFaults, frames, fps, sound }: LackingFilm): ToldGaps {
  const span = (each: GapRow | PictureFaultRow) => ({
    camera: each.camera,
    fromSeconds: round(each.firstFrame / fps),
    seconds: round(Math.min(each.frames, frames - each.firstFrame) / fps),
  })
  return {
    coverage: Object.fromEntries((sound ? inputs : cameras).map((input) => [input, shareWithout(missingOf(gaps, input, frames), frames)])),
    gaps: gaps.filter((gap) => gap.firstFrame < frames).map((gap) => ({ ...span(gap), cause: gap.cause })),
    pictureFaults: pictureFaults.filter((each) => each.firstFrame < frames).map((each) => ({ ...span(each), fault: each.fault })),
  }
}

/** So many lines for people; the rest is counted. */
const mostLines = 20

/** A line for each. Pure. */
export function linesOf(
  { gaps, pictureFaults }: ToldGaps,
  complaints: Readonly<Partial<Record<Camera, string | undefined>>> = {},
): string[] {
  const what = (camera: string): string => (camera === 'sound' ? 'the sound' : `the ${camera} film`)
  const lines = [
    ...gaps.map((gap) => `${what(gap.camera)} has none for ${gap.seconds} s from ${gap.fromSeconds} s on (${gap.cause})`),
    ...pictureFaults.map((each) => `${what(each.camera)} looks ${each.fault} for ${each.seconds} s from ${each.fromSeconds} s on`),
  ]
  return [
    ...lines.slice(0, mostLines),
    ...(lines.length > mostLines ? [`and ${lines.length - mostLines} more: see --json`] : []),
    ...cameras.flatMap((camera) =>
      complaints[camera] === undefined ? [] : [`${what(camera)} is damaged, pictures of it are lost or smeared: ${complaints[camera]}`],
    ),
  ]
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000
