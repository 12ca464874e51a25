// The life of a camera program that runs another one: it ends with its child, when it is told to, and when its own parent is gone.
// Never leaves the child behind.

import { systemClock } from '../../base/clock.ts'
import type { Child, ChildExit } from '../../base/process.ts'

/** Shorter than the steps of whoever ends us: three of them fit into one of theirs. */
export const childStopStepMs = 300

/** Until the child has ended; SIGINT, SIGTERM or the loss of the parent end it. Its exit code becomes ours. */
export async function liveWith(child: Child): Promise<ChildExit> {
  const stop = (): void => void child.stop()
  process.on('SIGINT', stop).on('SIGTERM', stop)
  const over = new AbortController()
  const parent = process.ppid
  const watch = async (): Promise<void> => {
    while (!over.signal.aborted) {
      if (process.ppid !== parent) stop()
      await systemClock.sleep(1_000, over.signal)
    }
  }
  const watching = watch()
  const exit = await child.exited
  over.abort()
  await watching
  process.off('SIGINT', stop).off('SIGTERM', stop)
  process.exitCode = exit.code ?? 1
  return exit
}
