// What a command has cost: processor seconds of this process and of every child that has ended, as the kernel counts them.
// Never guesses for children that still run: ask after they were waited for.

import { readFileSync } from 'node:fs'

/** Linux tells clock ticks of user space at 100 a second on every architecture (sysconf(_SC_CLK_TCK)). */
const ticksPerSecond = 100

/** User and system time together. Source: proc_pid_stat(5), fields 14 to 17. */
export function processorSeconds(stat = readFileSync('/proc/self/stat', 'latin1')): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / ticksPerSecond
}
