// How disks and board stand, looked up at most once in some seconds however many ask: a health check must cost next to nothing.
// Judges nothing.

import type { Settings } from '../../config/settings.ts'
import type { Clock } from '../base/clock.ts'
import { readBoardFacts } from './board-facts.ts'
import type { BoardFacts } from './board-state.ts'
import { readBoxLook, type KeptCheck } from './box-look-file.ts'
import { lookFiles, readLook, type LookFault } from './look-file.ts'
import { lookAtPlaces, type Place } from './places.ts'

export type MachineLook = {
  readonly places: readonly Place[]
  readonly board: BoardFacts
  /** What was wrong when the recorder last looked at the cameras, and the timer at the kernel's log; absent when nobody has. */
  readonly cameraFaults?: readonly LookFault[] | undefined
  readonly kernelFaults?: readonly LookFault[] | undefined
  /** What was wrong with bookings.json when the API last read it; absent when it has not. */
  readonly bookingsFileFaults?: readonly LookFault[] | undefined
  /** What was not well when the status timer last looked; absent when it has not. */
  readonly boxFaults?: readonly KeptCheck[] | undefined
}

const goodForMs = 3_000

/** A disk that hangs is one that cannot be asked. */
const usualPatienceMs = 2_000

/** The look of a box with these folders. Never rejects; comes within `patienceMs`. */
export function openMachineLook(paths: Settings['paths'], clock: Clock, patienceMs = usualPatienceMs): () => Promise<MachineLook> {
  const steadyMs = (): number => clock.monotonicUs() / 1_000
  const places = atMostEvery(goodForMs, steadyMs, () => lookAtPlaces(paths))
  const board = atMostEvery(goodForMs, steadyMs, () => readBoardFacts())
  const files = lookFiles(paths.home)
  const looks = atMostEvery(goodForMs, steadyMs, () =>
    Promise.all([readLook(files.cameras), readLook(files.kernel), readLook(files.bookingsFile), readBoxLook(files.box)]),
  )
  return async () => {
    const over = new AbortController()
    const late = clock.sleep(patienceMs, over.signal)
    const [seenPlaces, seenBoard, [cameraFaults, kernelFaults, bookingsFileFaults, box]] = await Promise.all([
      Promise.race([places(), late.then(() => unasked)]),
      Promise.race([board(), late.then(() => ({ flags: undefined, lowVoltage: undefined, celsius: undefined }))]),
      Promise.race([looks(), late.then(() => [undefined, undefined, undefined, undefined] as const)]),
    ])
    over.abort()
    return { places: seenPlaces, board: seenBoard, cameraFaults, kernelFaults, bookingsFileFaults, boxFaults: box?.checks }
  }
}

const unasked: readonly Place[] = [{ name: 'EZREC_HOME', folder: '', freeBytes: undefined, mount: undefined }]

/** What `ask` answered, for so long; those who come meanwhile share one answer. */
export function atMostEvery<T>(ms: number, steadyMs: () => number, ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly atMs: number; readonly answer: Promise<T> } | undefined
  let asking = false // a disk that hangs must not be asked again: each question would hold a thread
  return () => {
    const nowMs = steadyMs()
    if (last !== undefined && (asking || nowMs - last.atMs < ms)) return last.answer
    asking = true
    last = { atMs: nowMs, answer: ask().finally(() => (asking = false)) }
    return last.answer
  }
}
