// Where a machine tells about itself: the places that drivers look at, handed in so that a test may show them another machine.
// Never reads any of them.

import os from 'node:os'

export type Machine = {
  /** The device tree's model. */
  readonly modelFile: string
  readonly procFolder: string
  /** Where devices appear when they are plugged in. */
  readonly devFolder: string
  /** USB cameras by their plug. */
  readonly byPathFolder: string
  readonly machineIdFile: string
  readonly cores: number
}

export const thisMachine: Machine = {
  modelFile: '/proc/device-tree/model',
  procFolder: '/proc',
  devFolder: '/dev',
  byPathFolder: '/dev/v4l/by-path',
  machineIdFile: '/etc/machine-id',
  cores: os.availableParallelism(),
}
