// A control group of the kernel's with next to no memory: a process that is put into it is killed by the kernel at its next page.
// Never touches what else runs. Tests that use it are skipped where machine.ts says that it cannot be.

import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pause } from './real-session.ts'

export type Cage = AsyncDisposable & {
  /** From now on what it allocates counts. */
  take(pid: number): void
  /** How many processes the kernel killed for it. */
  killed(): number
}

/** Version 1 has a tree for memory alone; version 2 one tree for all. */
const versions = [
  { folder: '/sys/fs/cgroup/memory', limit: 'memory.limit_in_bytes', events: 'memory.oom_control' },
  { folder: '/sys/fs/cgroup', limit: 'memory.max', events: 'memory.events' },
] as const

/** Errors: whatever the kernel says where this user may not make one. */
export function openCage(): Cage {
  const { folder, limit, events } = versions.find((each) => existsSync(each.folder)) ?? versions[1]
  const cage = path.join(folder, `ezrec-test-${process.pid}`)
  mkdirSync(cage)
  try {
    writeFileSync(path.join(cage, limit), '0')
  } catch (error) {
    rmdirSync(cage)
    throw error
  }
  return {
    take: (pid) => writeFileSync(path.join(cage, 'cgroup.procs'), String(pid)),
    killed: () => Number(/^oom_kill (\d+)$/m.exec(readFileSync(path.join(cage, events), 'utf8'))?.[1] ?? 0),
    [Symbol.asyncDispose]: async () => {
      for (let waited = 0; readFileSync(path.join(cage, 'cgroup.procs'), 'utf8') !== '' && waited < 10_000; waited += 50) await pause(50)
      rmdirSync(cage)
    },
  }
}
