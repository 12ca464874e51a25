// Looks at the board while the box works: each change is said once in the log and noted, under the recordings that run meanwhile.
// Changes nothing: a hot board records as long as it can.

import { addEvent } from '../adapters/log-tables.ts'
import type { Database } from '../adapters/sqlite.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { openRecordings } from '../capture/recording-store.ts'
import type { BoardFacts, BoardState } from './board-state.ts'
import { boardChanges, boardMends, boardStateOf } from './board-state.ts'

export type BoardWatchOptions = {
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly look: () => Promise<BoardFacts>
  /** Told after each look. */
  readonly onState?: (state: BoardState) => void
}

const lookMs = 10_000

/** Resolves when the signal aborts. */
export async function keepBoardWatch(options: BoardWatchOptions, signal: AbortSignal): Promise<void> {
  const { look, clock, logger, onState } = options
  let state: BoardState | undefined
  while (!signal.aborted) {
    try {
      state = noteBoard(options, await look(), state)
      onState?.(state)
    } catch (error) {
      logger.warn({ err: error }, 'the board could not be looked at')
    }
    await clock.sleep(lookMs, signal)
  }
}

/** Says and notes what changed since `before`. */
export function noteBoard(
  { db, clock, logger }: Omit<BoardWatchOptions, 'look' | 'onState'>,
  facts: BoardFacts,
  before: BoardState | undefined,
): BoardState {
  const after = boardStateOf(facts, before)
  for (const { trouble, is } of boardChanges(before, after)) {
    const told = { trouble, is, celsius: facts.celsius ?? null }
    if (is === 'ended') logger.info(told, 'the board is well again')
    else logger.warn({ ...told, hint: boardMends[trouble] }, 'the board is in trouble')
    const atMs = clock.nowMs()
    for (const subjectId of runningOrBox(db)) addEvent(db, { atMs, kind: 'board.trouble', subjectId, facts: told })
  }
  return after
}

/** The recordings that are being captured; without one, the box. */
function runningOrBox(db: Database): readonly string[] {
  const running = openRecordings(db).filter(({ steps }) => steps.some(({ name, state }) => name === 'capture' && state === 'working'))
  return running.length === 0 ? ['box'] : running.map(({ id }) => id)
}
