// What the kernel tells of a process by its id: since when it runs, and whether the id is in use.
// Never decides whether it is one of ours: process-identity.ts does.

import { readFileSync } from 'node:fs'
import { errnoOf, isShortage } from './errors.ts'

/** Identity of a process beyond its reusable id: the kernel's start time in clock ticks since boot; `undefined` when it is gone or cannot be
 *  looked at. Source: proc_pid_stat(5), field 22. */
export function processStartTicks(pid: number): number | undefined {
  const seen = lookAtProcess(pid)
  return typeof seen === 'number' ? seen : undefined
}

/** Its start time, or why there is none. Unseen: to look takes a descriptor, and there may be none left; or /proc hides the process
 *  (hidepid, or a user name space of its own), while its id is in use. */
export function lookAtProcess(pid: number): number | 'gone' | 'unseen' {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? 'gone' : Number(fields[19])
  } catch (error) {
    return isShortage(error) || isInUse(pid) ? 'unseen' : 'gone'
  }
}

/** Whether some process has this id, whoever it belongs to. */
export function isInUse(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0) // 0 and below are groups of processes
  } catch (error) {
    return errnoOf(error) === 'EPERM'
  }
}
