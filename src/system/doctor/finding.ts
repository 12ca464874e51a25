// What doctor says of one thing: how it stands, why, and what a person can do.
// Never a secret: messages are made of names, counts and addresses.

import { EzrecError, messageOf } from '../../base/errors.ts'
import type { Check, Verdict } from '../check.ts'

/** `unasked`: it could not be asked, or must not be just now; it says nothing of the box. */
export type Finding = Omit<Check, 'status'> & { readonly status: Verdict | 'unasked' }

export const healthy = (name: string, message: string): Finding => ({ name, status: 'healthy', message })
export const degraded = (name: string, message: string, mend: string): Finding => ({ name, status: 'degraded', message, mend })
export const unhealthy = (name: string, message: string, mend: string): Finding => ({ name, status: 'unhealthy', message, mend })
export const unasked = (name: string, message: string): Finding => ({ name, status: 'unasked', message })

/** One of our own errors knows its mend. */
export const unhealthyBy = (name: string, error: unknown): Finding =>
  unhealthy(name, messageOf(error), error instanceof EzrecError ? error.hint : 'see the log of the services')
