// Who may do what: three roles, each with all that the one below it may; and what a device may that has no need of a whole role.
// Never knows a route: each says which role it needs.

import { z } from 'zod'

export const roles = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]
export const roleSchema = z.enum(roles)

/** viewer reads; operator changes bookings and links; admin adds people and keys. */
export const covers = (has: Role, needs: Role): boolean => roles.indexOf(has) >= roles.indexOf(needs)

/** court: begin, extend and stop a match, mark and keep moments of it; status: read how the box is; book: make and change bookings. */
export const scopes = ['court', 'status', 'book'] as const
export type Scope = (typeof scopes)[number]
export const scopesSchema = z
  .array(z.enum(scopes))
  .min(1)
  .max(scopes.length)
  .transform((given) => scopes.filter((each) => given.includes(each)))
