// Limits of the kernel on a box that runs, put on all of its processes at once and lifted again; what it starts meanwhile has them, too.
// Never fakes an error in our own code. Tests that use it are skipped where machine.ts says that it cannot be.

import assert from 'node:assert/strict'
import { runChild } from '../src/base/process.ts'
import { processesOf, type Home } from './real-session.ts'

/** prlimit(1)'s names: descriptors, processes and threads of the user, bytes of private memory that can be written. */
export type Limit = 'nofile' | 'nproc' | 'data'

export type Held = AsyncDisposable & { lift(): Promise<void> }

/** Takes everything beyond what these processes have: of the whole box when none are named. Its hard limits stay. */
export async function holdLimit(home: Home, limit: Limit, pids: readonly number[] = processesOf(home.folder)): Promise<Held> {
  const before = new Map<number, string>()
  for (const pid of pids) {
    const soft = await prlimit(home, pid, `--${limit}`, '--output=SOFT', '--noheadings', '--raw')
    if (soft !== undefined) before.set(pid, soft)
  }
  for (const pid of before.keys()) await prlimit(home, pid, `--${limit}=1:`)
  const usual = [...before.values()][0] ?? 'unlimited'
  const lift = async (): Promise<void> => {
    for (const pid of limit === 'data' ? pids : processesOf(home.folder))
      await prlimit(home, pid, `--${limit}=${before.get(pid) ?? usual}:`)
  }
  return { lift, [Symbol.asyncDispose]: lift }
}

/** What it says; `undefined` for a process that has just ended. */
async function prlimit({ runner }: Home, pid: number, ...args: readonly string[]): Promise<string | undefined> {
  const [command = '', ...rest] = [...runner, 'prlimit', `--pid=${pid}`, ...args] // a user may limit his own
  const { code, stdout, stderr } = await runChild(command, rest)
  if (code === 0) return stdout.toString().trim()
  assert.match(stderr, /No such process/)
  return undefined
}
