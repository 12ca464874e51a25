// Who may do what: three roles, each with all that the one below it may.
// Never knows a route: each says which role it needs.

import { z } from 'zod'

export const roles = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof roles)[number]
export const roleSchema = z.enum(roles)

/** viewer reads; operator changes bookings and links; admin adds people and keys. */
export const covers = (has: Role, needs: Role): boolean => roles.indexOf(has) >= roles.indexOf(needs)
