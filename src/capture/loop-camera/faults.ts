// The faults that a simulated camera can be told to have, and what they mean at an instant.
// Pure; the camera itself carries them out.

import type { Fields } from './fields.ts'

type FaultSpan = { readonly fromSeconds: number; readonly toSeconds: number }

/** All times in seconds since the camera's first frame. */
export type Faults = {
  /** Pictures stand still, the stream goes on; from the next key frame. */
  readonly freeze?: FaultSpan | undefined
  /** Pictures are black, the stream goes on; from the next key frame. */
  readonly blacken?: FaultSpan | undefined
  /** Nothing is emitted, then it goes on with the next key frame. */
  readonly drop?: FaultSpan | undefined
  /** Ends abruptly with exit code 1. */
  readonly dieSeconds?: number | undefined
  /** Stays alive, emits nothing, ignores SIGINT and SIGTERM. */
  readonly hangSeconds?: number | undefined
}

/** Errors: TypeError that names the field. */
export function readFaults(given: Fields): Faults {
  const spanOf = (name: string): FaultSpan | undefined => {
    const span = given.optionalObject(name)
    return span && { fromSeconds: span.number('fromSeconds', { least: 0 }), toSeconds: span.number('toSeconds', { least: 0 }) }
  }
  return {
    freeze: spanOf('freeze'),
    blacken: spanOf('blacken'),
    drop: spanOf('drop'),
    dieSeconds: given.optionalNumber('dieSeconds', { least: 0 }),
    hangSeconds: given.optionalNumber('hangSeconds', { least: 0 }),
  }
}

/** Which pictures a group that begins at this time shows. */
export function picturesAt(faults: Faults, seconds: number): 'live' | 'still' | 'black' {
  if (within(faults.blacken, seconds)) return 'black'
  return within(faults.freeze, seconds) ? 'still' : 'live'
}

type FrameFate = 'emit' | 'drop' | 'die' | 'hang'

/** What becomes of a frame captured at this time. */
export function frameFate(faults: Faults, seconds: number): FrameFate {
  if (faults.dieSeconds !== undefined && seconds >= faults.dieSeconds) return 'die'
  if (faults.hangSeconds !== undefined && seconds >= faults.hangSeconds) return 'hang'
  return within(faults.drop, seconds) ? 'drop' : 'emit'
}

const within = (over: FaultSpan | undefined, seconds: number): boolean =>
  over !== undefined && seconds >= over.fromSeconds && seconds < over.toSeconds
