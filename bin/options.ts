// A verb's options as what they must be: wrong ones are a usage fault that names each, not a fault of ours.
// Never knows a verb: each hands in its own form.

import type { z } from 'zod'
import { EzrecError } from '../src/base/errors.ts'
import { plainIssue } from '../src/base/plain-issue.ts'

/** Errors: invalid, listing every option that is wrong. */
export function readOptions<T>(schema: z.ZodType<T>, options: Readonly<Record<string, unknown>>): T {
  const parsed = schema.safeParse(options, { error: plainIssue })
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => `--${String(path[0] ?? '')}: ${message}`)
  throw new EzrecError('invalid', faults.join('; '), { hint: 'run the verb with --help for its options and examples' })
}
