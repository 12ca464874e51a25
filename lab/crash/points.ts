// Which calls of a life are its last: every kind of call on every part of the box gets its fair share of the points.
// Pure: the same census and the same numbers choose the same points.

import type { Actor, Call } from './census.ts'

/** A life that ends at its `n`-th call of a name; where the death of the program that makes the call is not its own, it lives on. */
export type Strike = { readonly actor: Actor; readonly call: string; readonly n: number }

export type CrashPoint = {
  /** From 1. */
  readonly number: number
  readonly strikes: readonly Strike[]
  /** Who, which call, about what: points of one kind differ in their place alone. */
  readonly kind: string
}

export const kindOf = ({ actor, call, part }: Call): string => `${actor} ${call}: ${part}`

/** How many points strike the life after the first one, too, early on: recovery is interrupted like anything else, and shorter. */
const everyThird = 3

/** `count` points: one of each kind in turn, no call twice until all were chosen. `random` yields [0, 1). */
export function choosePoints(census: readonly Call[], count: number, random: () => number): CrashPoint[] {
  const own = census.filter(({ actor }) => actor === 'main' || actor === 'disk')
  const chosen: CrashPoint[] = []
  let kinds = shuffledKinds(census, random)
  while (chosen.length < count && kinds.length > 0) {
    for (const calls of kinds.filter((each) => each.length > 0)) {
      const call = calls.pop()
      if (!call || chosen.length === count) break
      const second = own[Math.floor(random() * own.length)]
      const again = chosen.length % everyThird === everyThird - 1 && second ? [{ ...strikeOf(second), n: Math.ceil(second.n / 3) }] : []
      chosen.push({ number: chosen.length + 1, strikes: [strikeOf(call), ...again], kind: kindOf(call) })
    }
    if (kinds.every((each) => each.length === 0)) kinds = shuffledKinds(census, random)
  }
  return chosen
}

const strikeOf = ({ actor, call, n }: Call): Strike => ({ actor, call, n })

function shuffledKinds(census: readonly Call[], random: () => number): Call[][] {
  const kinds = new Map<string, Call[]>()
  for (const call of census) kinds.set(kindOf(call), [...(kinds.get(kindOf(call)) ?? []), call])
  const inOrder = [...kinds].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, calls]) => shuffled(calls, random))
  return shuffled(inOrder, random) // a few points are a fair few
}

/** Fisher and Yates. */
function shuffled<T>(values: readonly T[], random: () => number): T[] {
  const mixed = [...values]
  for (let at = mixed.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1))
    const [a, b] = [mixed[at], mixed[other]]
    if (a !== undefined && b !== undefined) [mixed[at], mixed[other]] = [b, a]
  }
  return mixed
}
