// A program of this machine that has to succeed.
// Never a shell.

import { EzrecError } from '../../src/base/errors.ts'
import { runChild } from '../../src/base/process.ts'

/** What it said on standard output. Errors: upstream_unavailable with its last words, program_missing, timeout (after two hours). */
export async function must(program: string, args: readonly string[], signal: AbortSignal): Promise<string> {
  const { code, stdout, stderr } = await runChild(program, args, { signal, timeoutMs: 7_200_000, maxOutputBytes: 64 * 1024 * 1024 })
  if (code === 0) return stdout.toString('utf8')
  throw new EzrecError('upstream_unavailable', `${program} ended with ${code}: ${stderr.trim().slice(-500)}`, {
    hint: `run it alone and see what it says: ${program} ${args.join(' ')}`,
  })
}
