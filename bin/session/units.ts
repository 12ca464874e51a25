// Whether the services of a home are units of systemd: then a recording is made with those, and none are started beside them.
// Never starts or stops a unit.

import { readFile } from 'node:fs/promises'
import { lockHolder } from '../../src/adapters/instance-lock.ts'

/** A recorder that an earlier session left behind is no unit: it ends by itself, and another one is started. */
export async function runsAsUnit(home: string, procFolder = '/proc'): Promise<boolean> {
  const holder = lockHolder(home, 'dual_recorder')
  if (!holder) return false
  const groups = await readFile(`${procFolder}/${holder.pid}/cgroup`, 'utf8').catch(() => '') // it has ended
  return /\/dual_recorder\.service$/m.test(groups)
}
