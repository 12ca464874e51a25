// A take as its journal tells it: one uninterrupted run of one chain, of a camera or of the sound, with its segments and anchors.
// Pure: lines in, a take out; who reads the file is segment-log.ts.

import type { Input } from './input.ts'
import type { JournalLine } from './journal.ts'

export type Camera = 'left' | 'right'
export const cameras: readonly Camera[] = ['left', 'right']

export type Segment = {
  readonly number: number
  readonly firstTicks: number
  readonly lastTicks: number
  /** Pictures; of the sound, access units of 1024 samples. */
  readonly frames: number
  readonly bytes: number
  readonly sha256: string
}

/** Where the camera's clock stood against ours. `ticks` are 90 kHz, unwrapped; `monotonicUs` belongs to the take's boot. */
export type Anchor = { readonly ticks: number; readonly monotonicUs: number; readonly utcMs: number; readonly frames: number }

export type Take = {
  readonly id: string
  readonly rigId: string
  readonly camera: Input
  /** Absolute. */
  readonly folder: string
  readonly bootId: string
  readonly begunAtMs: number
  /** The chain's process, by identity. */
  readonly chain: { readonly pid: number; readonly startTicks: number }
  readonly source: { readonly pid: number; readonly startTicks: number } | undefined
  /** Closed ones, in order. */
  readonly segments: readonly Segment[]
  /** Begun ones, closed or not: number and first time stamp, in order. */
  readonly opened: readonly { readonly number: number; readonly firstTicks: number }[]
  readonly anchors: readonly Anchor[]
  readonly ended: { readonly cause: string; readonly detail: string; readonly atMs: number } | undefined
}

/** A take being told line by line. */
export type GrowingTake = { -readonly [K in keyof Take]: Take[K] extends readonly (infer E)[] ? E[] : Take[K] }

/** The take that a journal's first line begins, or `undefined` when it is not a beginning. */
export function beginTake(first: JournalLine, folder: string): GrowingTake | undefined {
  if (first.is !== 'begun') return undefined
  const { takeId, rigId, camera, bootId, atMs, pid, startTicks } = first
  return {
    id: takeId,
    rigId,
    camera,
    folder,
    bootId,
    begunAtMs: atMs,
    chain: { pid, startTicks },
    source: undefined,
    segments: [],
    opened: [],
    anchors: [],
    ended: undefined,
  }
}

/** Adds what one line tells. */
export function addToTake(take: GrowingTake, entry: JournalLine): void {
  switch (entry.is) {
    case 'begun':
      return
    case 'source':
      take.source = { pid: entry.pid, startTicks: entry.startTicks }
      return
    case 'opened':
      take.opened.push({ number: entry.number, firstTicks: entry.firstTicks })
      return
    case 'anchor':
      take.anchors.push({ ticks: entry.ticks, monotonicUs: entry.monotonicUs, utcMs: entry.utcMs, frames: entry.frames })
      return
    case 'closed':
      take.segments.push({
        number: entry.number,
        firstTicks: entry.firstTicks,
        lastTicks: entry.lastTicks,
        frames: entry.frames,
        bytes: entry.bytes,
        sha256: entry.sha256,
      })
      return
    case 'ended':
      take.ended = { cause: entry.cause, detail: entry.detail ?? '', atMs: entry.atMs }
      return
    default:
      entry satisfies never
  }
}

/** A label that is off by less is as good as the truth. */
const sameLabelMs = 250

/** The take with its UTC labels by another offset of its boot's monotonic clock to UTC; itself when they agree. */
export function labelled(take: Take, offsetUs: number | undefined): Take {
  const first = take.anchors[0]
  const last = take.anchors.at(-1)
  if (offsetUs === undefined || !first || !last) return take
  const off = (anchor: Anchor): number => (anchor.monotonicUs + offsetUs) / 1_000 - anchor.utcMs
  if (Math.abs(off(first)) < sameLabelMs && Math.abs(off(last)) < sameLabelMs) return take
  const relabel = (ms: number, by: Anchor): number => Math.round(ms + off(by))
  return {
    ...take,
    begunAtMs: relabel(take.begunAtMs, first),
    anchors: take.anchors.map((anchor) => ({ ...anchor, utcMs: relabel(anchor.utcMs, anchor) })),
    ended: take.ended && { ...take.ended, atMs: relabel(take.ended.atMs, last) },
  }
}
