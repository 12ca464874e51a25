// How disks and board stand, looked up at most once in some seconds however many ask: a health check must cost next to nothing.
// Judges nothing.

import type { Settings } from '../../config/settings.ts'
import { readBoardFacts } from './board-facts.ts'
import type { BoardFacts } from './board-state.ts'
import { lookAtPlaces, type Place } from './places.ts'

export type MachineLook = { readonly places: readonly Place[]; readonly board: BoardFacts }

const goodForMs = 3_000

/** The look of a box with these folders. Never rejects. */
export const openMachineLook = (paths: Settings['paths'], steadyMs: () => number): (() => Promise<MachineLook>) =>
  atMostEvery(goodForMs, steadyMs, async () => {
    const [places, board] = await Promise.all([lookAtPlaces(paths), readBoardFacts()])
    return { places, board }
  })

/** What `ask` answered, for so long; those who come meanwhile share one answer. */
export function atMostEvery<T>(ms: number, steadyMs: () => number, ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly atMs: number; readonly answer: Promise<T> } | undefined
  return () => {
    const nowMs = steadyMs()
    if (last === undefined || nowMs - last.atMs >= ms) last = { atMs: nowMs, answer: ask() }
    return last.answer
  }
}
