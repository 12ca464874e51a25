// Looks at both cameras while nothing is recorded, so that one that is missing is known before the match and not by it.
// Never while they are wanted: two programs at one camera cost footage. Starts no camera, and never rejects.

import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { SideLook } from './camera-look.ts'
import { keepLook, type LookFault } from './look-file.ts'

export type CameraLookOptions = {
  readonly file: string
  readonly clock: Clock
  readonly log: Logger
  /** Whether the cameras record, or are about to. */
  readonly areWanted: () => boolean
  readonly look: (signal: AbortSignal) => Promise<readonly SideLook[]>
}

/** One missing is told within a minute, by two looks. A look costs a board about half a second of one core. */
const lookMs = 20_000

/** Resolves when the signal aborts. */
export async function keepCameraLook({ file, clock, log, areWanted, look }: CameraLookOptions, signal: AbortSignal): Promise<void> {
  let before: readonly string[] = []
  for (; !signal.aborted; await clock.sleep(lookMs, signal)) {
    if (areWanted()) continue
    try {
      const faults = faultsOf(await look(signal))
      if (signal.aborted || areWanted()) continue // what was seen may be the work of a camera that begins
      // A camera of USB comes some seconds after the boot, and is gone for one when it is plugged elsewhere.
      await keepLook(
        file,
        faults.filter(({ subject }) => before.includes(subject)),
      )
      before = faults.map(({ subject }) => subject)
    } catch (err) {
      if (!signal.aborted) log.warn({ err }, 'the cameras could not be looked at')
    }
  }
}

const faultsOf = (sides: readonly SideLook[]): LookFault[] =>
  sides.flatMap(({ camera, source, fault, hint }) =>
    fault === null
      ? []
      : [{ subject: camera, message: `${source}: ${fault}`, mend: hint ?? './ezrec cameras list tells what is connected' }],
  )
