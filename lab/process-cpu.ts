// What a process has cost so far, as the kernel counts it.
// Only the process itself: not what it has started.

import { readFileSync } from 'node:fs'

/** USER_HZ: 100 on every Linux that this runs on (proc_pid_stat(5), fields 14 and 15). */
const ticksPerSecond = 100

/** User and system time, in seconds. Errors: when there is no such process. */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}
