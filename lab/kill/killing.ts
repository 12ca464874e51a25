// Which process is killed, and when: chosen from the seed, the same on every machine.
// Never kills anything itself.

import { parts, type Part } from './process-tree.ts'

export type Killing = {
  readonly part: Part
  /** Which of several: the same share of the list. */
  readonly share: number
  /** After the film's first instant. */
  readonly atSeconds: number
}

/** Apart by so much that each has its own consequences. */
const everySeconds = 6

/** A film that has room for so many. */
export const secondsFor = (killings: number): number => killings * everySeconds + 2

/** What will be killed in one recording, in the order of time. Pure. */
export function chooseKillings(random: () => number, count: number): Killing[] {
  return Array.from({ length: count }, (_, n) => {
    const part = parts[Math.floor(random() * parts.length)] ?? 'camera'
    return { part, share: random(), atSeconds: Math.round((n * everySeconds + 1 + random() * 2.5) * 1_000) / 1_000 }
  })
}
