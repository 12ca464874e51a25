// What this machine's cameras leave of its hardware encoder, if it has one that a film could be encoded by.
// Never opens the device: a camera may have it.

import { access } from 'node:fs/promises'
import path from 'node:path'
import type { RigFormat } from '../pitch/rig-format.ts'
import { readBoard } from './board.ts'
import { planOf, spareEncoder, type SpareEncoder } from './board-plan.ts'
import { thisMachine, type Machine } from './machine.ts'

/** `sources`: the settings of both cameras. `undefined` where there is no such device. */
export async function findSpareEncoder(
  sources: readonly string[],
  format: RigFormat,
  machine: Machine = thisMachine,
): Promise<SpareEncoder | undefined> {
  const spare = spareEncoder(planOf(await readBoard(machine.modelFile), machine.cores), sources, format)
  if (!spare) return undefined
  return access(path.join(machine.devFolder, spare.node)).then(
    () => spare,
    () => undefined, // another kernel, or a driver that was not loaded
  )
}
