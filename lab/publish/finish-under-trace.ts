// Finishes a film in a process of its own under strace, and counts every byte that it wrote into the film.
// Counts what the kernel says was written, never what the program meant to.

import path from 'node:path'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { EzrecError } from '../../src/base/errors.ts'
import { runChild } from '../../src/base/process.ts'
import type { LedgerHome } from './ledger-home.ts'

const program = path.join(import.meta.dirname, '..', 'finish-film.ts')
const calls = 'write,pwrite64,writev,pwritev,pwritev2,sendfile,copy_file_range,io_uring_enter'

/** `seconds` from the end to the published row, strace's own cost included. Errors: program_missing, internal. */
export async function finishUnderTrace(home: LedgerHome, signal: AbortSignal): Promise<{ seconds: number; bytesWritten: number }> {
  const trace = `${home.database}.strace`
  const order = JSON.stringify({
    database: home.database,
    recordingsFolder: home.recordingsFolder,
    storeFolder: home.storeFolder,
    recordingId: home.recordingId,
  })
  const { code, stdout, stderr } = await runChild(
    'strace',
    [
      '-f',
      '--seccomp-bpf',
      '-y',
      '-s',
      '0',
      '-e',
      `trace=${calls}`,
      '-o',
      trace,
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      program,
      order,
    ],
    { signal, timeoutMs: 120_000 },
  )
  if (code !== 0) throw new EzrecError('internal', `finishing ended with ${code}: ${stderr.slice(-500)}`, { hint: 'report this' })
  const { seconds } = z.object({ seconds: z.number() }).parse(JSON.parse(stdout.toString('utf8')))
  return { seconds, bytesWritten: bytesInto(await readFile(trace, 'utf8'), (file) => file.startsWith(home.film)) }
}

/** Sum of what the traced calls wrote into the files that `counts` names. A call that was interrupted in the log is put together again. */
export function bytesInto(trace: string, counts: (file: string) => boolean): number {
  const open = new Map<string, string>()
  let bytes = 0
  for (const line of trace.split('\n')) {
    const [, pid = '', rest = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? []
    const resumed = /^<\.\.\. \w+ resumed>/.test(rest)
    const file = resumed ? open.get(pid) : /^\w+\(\d+<(.*?)>/.exec(rest)?.[1]
    open.delete(pid)
    if (file === undefined) continue
    if (rest.endsWith('<unfinished ...>')) open.set(pid, file)
    else if (counts(file)) bytes += Number(/ = (\d+)$/.exec(rest)?.[1] ?? 0)
  }
  return bytes
}
