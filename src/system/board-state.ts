// What troubles a board while it works: too little voltage, a clock that is held down, heat. From what it tells to words, and what changed.
// Pure. Bits: Raspberry Pi documentation, vcgencmd get_throttled.

export type BoardTrouble = 'undervoltage' | 'frequency-capped' | 'throttled' | 'hot'

export type BoardFacts = {
  /** The firmware's flags; `undefined` where there is no such firmware, or nobody may ask it. */
  readonly flags: number | undefined
  /** The kernel's own alarm of the supply; `undefined` where there is none. */
  readonly lowVoltage: boolean | undefined
  /** Of the hottest zone. */
  readonly celsius: number | undefined
}

export type BoardState = {
  readonly now: ReadonlySet<BoardTrouble>
  /** At some moment since the boot. */
  readonly sinceBoot: ReadonlySet<BoardTrouble>
}

/** A flag for this moment; sixteen bits above it the same for any moment since the boot. */
const flagBits: Readonly<Record<BoardTrouble, number>> = { undervoltage: 0, 'frequency-capped': 1, throttled: 2, hot: 3 }
const troubles: readonly BoardTrouble[] = ['undervoltage', 'frequency-capped', 'throttled', 'hot']

/** Where a Raspberry Pi begins to slow down; other boards stand more. Cool again means five degrees less. */
const hotCelsius = 80
const coolCelsius = 75

/** `before` is the state at the last look: heat ends later than it began. */
export function boardStateOf({ flags = 0, lowVoltage, celsius = 0 }: BoardFacts, before?: BoardState): BoardState {
  const isSet = (bit: number): boolean => ((flags >>> bit) & 1) === 1
  const now = new Set(troubles.filter((trouble) => isSet(flagBits[trouble])))
  if (lowVoltage === true) now.add('undervoltage')
  if (celsius >= hotCelsius || (before?.now.has('hot') === true && celsius > coolCelsius)) now.add('hot')
  return { now, sinceBoot: new Set(troubles.filter((trouble) => now.has(trouble) || isSet(flagBits[trouble] + 16))) }
}

/** Whether less work would help it: heat and what the board does about it. Too little voltage alone is mended by a supply. */
export const isStrained = ({ now }: BoardState): boolean => now.has('hot') || now.has('throttled') || now.has('frequency-capped')

export type BoardChange = { readonly trouble: BoardTrouble; readonly is: 'began' | 'ended' | 'passed' }

/** What happened between two looks; `passed` began and ended unseen. Before the first look nothing is known to have been. */
export function boardChanges(before: BoardState | undefined, after: BoardState): BoardChange[] {
  return troubles.flatMap((trouble): BoardChange[] => {
    const [was, is] = [before?.now.has(trouble) === true, after.now.has(trouble)]
    if (was !== is) return [{ trouble, is: is ? 'began' : 'ended' }]
    return before && !is && !before.sinceBoot.has(trouble) && after.sinceBoot.has(trouble) ? [{ trouble, is: 'passed' }] : []
  })
}

export const boardMends: Readonly<Record<BoardTrouble, string>> = {
  undervoltage: "use the board maker's own power supply with a short cable, and power USB devices by themselves",
  'frequency-capped': 'mend the supply or the cooling: the board holds its clock down',
  throttled: 'mend the supply or the cooling: the board slows itself down',
  hot: 'cool the board: a fan, or a place in the shade',
}
