// A folder that, first in the PATH, makes the stand-in of rpicam-vid the one that programs find; with the cameras that it lists.
// Never changes the PATH of this process.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { RpicamManners } from './rpicam-vid.ts'

export type FakeRpicam = {
  /** The PATH to give to a child. */
  readonly path: string
  /** Arguments of each start of a camera so far. */
  starts(index: number): string[][]
  /** How often the cameras were listed. */
  listings(): number
}

/** Two sensors of one kind at a Raspberry Pi 5, as rpicam-vid 1.12 prints them. */
export const twoSensors = `Available cameras
-----------------
0 : imx708_wide [4608x2592 10-bit RGGB] (/base/axi/pcie@1000120000/rp1/i2c@88000/imx708@1a)
    Modes: 'SRGGB10_CSI2P' : 1536x864 [120.13 fps - (768, 432)/3072x1728 crop]
                             2304x1296 [56.03 fps - (0, 0)/4608x2592 crop]
                             4608x2592 [14.35 fps - (0, 0)/4608x2592 crop]

1 : imx708_wide [4608x2592 10-bit RGGB] (/base/axi/pcie@1000120000/rp1/i2c@80000/imx708@1a)
    Modes: 'SRGGB10_CSI2P' : 1536x864 [120.13 fps - (768, 432)/3072x1728 crop]
                             2304x1296 [56.03 fps - (0, 0)/4608x2592 crop]
                             4608x2592 [14.35 fps - (0, 0)/4608x2592 crop]

`
export const leftSensor = 'rpicam:/base/axi/pcie@1000120000/rp1/i2c@88000/imx708@1a'
export const rightSensor = 'rpicam:/base/axi/pcie@1000120000/rp1/i2c@80000/imx708@1a'

/** Puts the stand-in into `folder`. */
export function installRpicam(folder: string, manners: Partial<RpicamManners> & Pick<RpicamManners, 'cacheFolder'>): FakeRpicam {
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, 'manners.json')
  const cameras = { 0: perfect('left'), 1: perfect('right') }
  writeFileSync(file, JSON.stringify({ folder, listing: twoSensors, cameras, ...manners }))
  const program = path.join(import.meta.dirname, 'rpicam-vid.ts')
  writeFileSync(path.join(folder, 'rpicam-vid'), `#!/bin/sh\nexec '${process.execPath}' '${program}' '${file}' "$@"\n`, { mode: 0o755 })
  const lines = (name: string): string[] => {
    try {
      return readFileSync(path.join(folder, name), 'utf8').trim().split('\n')
    } catch {
      return [] // it was never started
    }
  }
  return {
    path: `${folder}:${process.env['PATH']}`,
    starts: (index) => lines(`started-${index}`).map((line): string[] => JSON.parse(line)),
    listings: () => lines('listed').length,
  }
}

export const perfect = (view: 'left' | 'right'): RpicamManners['cameras'][string] => ({ view, fault: 'none', afterSeconds: 0, starts: 0 })
