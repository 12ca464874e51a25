// A state machine as a table that code, store and screens all ask.
// Never holds a state itself: rows do.

/** For each state, the states that it may move to. */
export type Moves<S extends string> = { readonly [from in S]: readonly S[] }

/** Raised when a move is not in the table: a lost race or a bug, never to be retried blindly. */
export class IllegalMove extends Error {
  override readonly name = 'IllegalMove'
}

export type Machine<S extends string> = {
  readonly states: readonly S[]
  can(from: S, to: S): boolean
  /** Throws `IllegalMove`, naming what would have been allowed. */
  assertCan(from: S, to: S): void
  isEnd(state: S): boolean
}

/** The questions one may ask of a table of moves. */
export function machine<S extends string>(moves: Moves<S>): Machine<S> {
  const can = (from: S, to: S): boolean => moves[from].includes(to)
  return {
    states: Object.keys(moves).filter((key): key is S => key in moves),
    can,
    assertCan: (from, to) => {
      if (!can(from, to)) throw new IllegalMove(`${from} -> ${to}; from ${from} one may go to ${moves[from].join(', ') || 'nothing'}`)
    },
    isEnd: (state) => moves[state].length === 0,
  }
}
