// How much a process and all that it starts yield to others.
// Never fails: where the kernel does not let us, things stay as they are.

import { writeFile } from 'node:fs/promises'
import { constants, getPriority, setPriority } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { errnoOf } from './errors.ts'

/** For all that is started afterwards, too. Who started us may have asked for less already, and only root may take that back. */
export async function yieldToOthers(): Promise<void> {
  const wanted = constants.priority.PRIORITY_BELOW_NORMAL
  if (getPriority() < wanted) setPriority(wanted)
  await weighSession('self')
}

/** Linux weighs sessions before the processes in them (autogroups, sched(7)), and each child is a session of its own: without this our nice value
 *  would hold between nobody. Under systemd the unit's weight decides instead. */
export async function passOnPriority(pid: number): Promise<void> {
  if (getPriority() > 0) await weighSession(pid)
}

/** Without root the kernel takes ten a second from the whole machine (proc_sched_autogroup_set_nice), and says EAGAIN to the others. */
async function weighSession(of: number | 'self'): Promise<void> {
  for (let tries = 0; tries < 10; tries += 1) {
    try {
      return await writeFile(`/proc/${of}/autogroup`, String(getPriority()))
    } catch (error) {
      if (errnoOf(error) !== 'EAGAIN') return // ended already, or a kernel without autogroups
      await setTimeout(100 + 100 * Math.random(), undefined, { ref: false })
    }
  }
}
