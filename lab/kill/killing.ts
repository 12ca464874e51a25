// Which process a run kills, and when: chosen from the seed, the same on every machine.
// Never kills anything itself.

import { parts, type Part } from './process-tree.ts'

export type Killing = {
  readonly part: Part
  /** Which of several: the same share of the list. */
  readonly share: number
  /** After the film's first instant; negative in the lead-in. */
  readonly atSeconds: number
}

/** What a run will kill, by three numbers of the seed. Pure. */
export function chooseKilling(random: () => number, seconds: number): Killing {
  const part = parts[Math.floor(random() * parts.length)] ?? 'camera'
  return { part, share: random(), atSeconds: Math.round((random() * seconds - 0.5) * 1_000) / 1_000 }
}
