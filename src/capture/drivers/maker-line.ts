// What the loop maker and its caller say to each other, a JSON line each: progress, or why there is no loop.
// Never carries pictures: those go to the disk.

import { z } from 'zod'
import { EzrecError, messageOf, type ErrorCode } from '../../base/errors.ts'

const codes = z.enum(['invalid', 'media_unreadable', 'disk_full', 'program_missing', 'internal'])

export const makerLineSchema = z.union([
  /** From 0 to 1. */
  z.object({ fraction: z.number() }),
  z.object({ error: z.object({ code: codes, message: z.string(), hint: z.string() }) }),
])

export type MakerLine = z.infer<typeof makerLineSchema>
export type MakerError = Extract<MakerLine, { error: unknown }>['error']

/** An error as it goes over the line. */
export function reportable(code: ErrorCode, error: unknown): MakerError {
  const known = codes.safeParse(code)
  const hint = error instanceof EzrecError ? error.hint : 'report this with the message: the loop maker met something unforeseen'
  return { code: known.success ? known.data : 'internal', message: messageOf(error), hint }
}
