// The group in which this box's CSI cameras run in step: from what is the machine's own, and the rig's name.
// Never opens a socket.

import { hostname } from 'node:os'
import { readIfPresent } from '../../base/files.ts'
import { thisMachine, type Machine } from './machine.ts'
import { syncGroupOf, type SyncGroup } from './rpicam-sync.ts'

/** Two boxes from one image have one host name, but each makes its own machine-id at its first start. */
export async function readSyncGroup(rigId: string, machine: Machine = thisMachine): Promise<SyncGroup> {
  const machineId = (await readIfPresent(machine.machineIdFile))?.trim() ?? ''
  return syncGroupOf(`${machineId === '' ? hostname() : machineId} ${rigId}`)
}
