// Finds what the tests left behind: processes that still carry the run's temporary folder in their environment, and files in it.
// Never touches a process of anybody else: the folder's name is unique to this run.

import { readFileSync, readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { processStartTicks } from '../../src/base/process-look.ts'

export type LeftProcess = { readonly pid: number; readonly commandLine: string }

/** Waits up to `patienceMs` for the last ones to end by themselves, then ends them and says which they were. */
export async function endLeftProcesses(temporaryFolder: string, patienceMs = 3_000): Promise<LeftProcess[]> {
  const untilMs = performance.now() + patienceMs
  let left = findProcesses(temporaryFolder)
  while (left.length > 0 && performance.now() < untilMs) {
    await delay(100)
    left = findProcesses(temporaryFolder)
  }
  for (const { pid } of left) process.kill(pid, 'SIGKILL')
  return left
}

/** Names of what lies in the folder. */
export const filesLeftIn = (folder: string): string[] => readdirSync(folder)

function findProcesses(temporaryFolder: string): LeftProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((name) => ({ pid: Number(name), environment: read(`/proc/${name}/environ`), commandLine: read(`/proc/${name}/cmdline`) }))
    .filter(({ pid, environment }) => environment.split('\0').includes(`TMPDIR=${temporaryFolder}`) && processStartTicks(pid) !== undefined)
    .map(({ pid, commandLine }) => ({ pid, commandLine: commandLine.replaceAll('\0', ' ').trim() }))
}

/** Empty when the process has ended or belongs to somebody else. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}
