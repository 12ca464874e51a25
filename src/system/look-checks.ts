// What the looks of others say of a box's health: of the cameras while nothing is recorded, of the kernel's log, of bookings.json, and of what the status
// timer asks. Pure.

import { boxLookNames, type KeptCheck } from './box-look-file.ts'
import type { Check } from './check.ts'
import type { LookFault } from './look-file.ts'

export type LookFacts = {
  readonly cameraFaults: readonly LookFault[] | undefined
  readonly takes: readonly { readonly runs: boolean }[]
  readonly recorderAgeMs: number | undefined
}

/** A service that was not heard of for so long. */
export const silentAfterMs = 30_000

/** Whether both can be used, asked while nothing is recorded: before a match, and not by it. */
export function sourcesCheck(facts: LookFacts): Check {
  const name = 'sources'
  const { cameraFaults: faults = [] } = facts
  if (!isLooking(facts)) return { name, status: 'healthy', message: 'nobody looks just now' }
  if (faults.length === 0) return { name, status: 'healthy', message: 'both cameras can be used' }
  return {
    name,
    status: faults.length === 1 ? 'degraded' : 'unhealthy',
    message: faults.map(({ subject, message }) => `the ${subject} camera cannot be used: ${message}`).join('; '),
    mend: [...new Set(faults.map(({ mend }) => mend))].join('; '),
    subjects: faults.map(({ subject }) => subject),
  }
}

export function kernelCheck(faults: readonly LookFault[]): Check {
  const name = 'kernel'
  if (faults.length === 0) return { name, status: 'healthy', message: 'no trouble is told' }
  return {
    name,
    status: 'degraded',
    message: faults.map(({ message }) => message).join('; '),
    mend: faults.map(({ mend }) => mend).join('; '),
    subjects: faults.map(({ subject }) => subject),
  }
}

/** So many are told in words; an alert and a line of doctor must stay readable. */
const mostFaultsTold = 3

/** Degraded: what is booked stands, but somebody waits for a match that is not booked, or for its news. */
export function bookingsFileCheck(faults: readonly LookFault[] | undefined): Check {
  const name = 'bookings-file'
  if (faults === undefined) return { name, status: 'healthy', message: 'nobody has read bookings.json yet' }
  if (faults.length === 0) return { name, status: 'healthy', message: 'nothing is wrong with bookings.json' }
  const told = faults.slice(0, mostFaultsTold)
  const more = faults.length - told.length
  return {
    name,
    status: 'degraded',
    message: `${told.map(({ subject, message }) => `bookings.json, ${subject}: ${message}`).join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
    mend: [...new Set(told.map(({ mend }) => mend)), 'it is read again as soon as it is saved'].join('; '),
  }
}

/** One for each thing that the status timer looks at; `undefined`: it has not looked since the boot. */
export const boxChecks = (found: readonly KeptCheck[] | undefined): Check[] =>
  boxLookNames.map(
    (name) =>
      found?.find((check) => check.name === name) ?? {
        name,
        status: 'healthy',
        message: found === undefined ? 'nobody has looked yet: ./ezrec doctor does' : 'nothing was found wrong',
      },
  )

/** The last look of a recorder that is silent, or records meanwhile, says nothing any more. */
export const isLooking = ({ cameraFaults, takes, recorderAgeMs = Infinity }: LookFacts): boolean =>
  cameraFaults !== undefined && recorderAgeMs <= silentAfterMs && !takes.some(({ runs }) => runs)
