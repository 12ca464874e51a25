// What the board tells of its supply and its heat, read from the places where Linux and a Raspberry Pi's firmware show it.
// Reads only. Where nothing is told nothing is known: no board is called well for its silence, nor ill.

import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { EzrecError } from '../base/errors.ts'
import { runChild } from '../base/process.ts'
import type { BoardFacts } from './board-state.ts'

export type BoardPlaces = {
  readonly platformFolder: string
  readonly hwmonFolder: string
  readonly thermalFolder: string
  readonly modelFile: string
}

export const boardPlaces: BoardPlaces = {
  platformFolder: '/sys/devices/platform',
  hwmonFolder: '/sys/class/hwmon',
  thermalFolder: '/sys/class/thermal',
  modelFile: '/proc/device-tree/model',
}

/** Never rejects. */
export async function readBoardFacts(places: BoardPlaces = boardPlaces): Promise<BoardFacts> {
  const [flags, lowVoltage, celsius] = await Promise.all([readFlags(places), readAlarm(places), readHeat(places)])
  return { flags, lowVoltage, celsius }
}

/** The kernel's file, wherever this board has it (`soc/soc:firmware` up to the Pi 4, `soc@...` on a Pi 5); else the firmware's own program.
 *  Some kernels note once in their log that this file is deprecated; the alarm below tells the voltage alone. */
async function readFlags({ platformFolder, modelFile }: BoardPlaces): Promise<number | undefined> {
  for (const soc of (await namesIn(platformFolder)).filter((name) => name.startsWith('soc')))
    for (const firmware of (await namesIn(path.join(platformFolder, soc))).filter((name) => name.endsWith('firmware'))) {
      const found = hexOf(await textOf(path.join(platformFolder, soc, firmware, 'get_throttled')))
      if (found !== undefined) return found
    }
  return (await textOf(modelFile))?.startsWith('Raspberry Pi') === true ? askFirmware() : undefined
}

async function askFirmware(): Promise<number | undefined> {
  try {
    const { stdout } = await runChild('vcgencmd', ['get_throttled'], { timeoutMs: 2_000 })
    return hexOf(/^throttled=(0x[0-9a-f]+)\s*$/i.exec(stdout.toString('utf8'))?.[1])
  } catch (error) {
    if (error instanceof EzrecError) return undefined // no such program, or it hangs: nothing is known
    throw error
  }
}

/** The driver `raspberrypi-hwmon` shows the supply as a chip of its own; numbers of chips change from boot to boot. */
async function readAlarm({ hwmonFolder }: BoardPlaces): Promise<boolean | undefined> {
  for (const chip of await namesIn(hwmonFolder)) {
    if ((await textOf(path.join(hwmonFolder, chip, 'name'))) !== 'rpi_volt') continue
    const alarm = await textOf(path.join(hwmonFolder, chip, 'in0_lcrit_alarm'))
    if (alarm === '0' || alarm === '1') return alarm === '1'
  }
  return undefined
}

/** Thousandths of a degree; a sensor that is absent or broken tells nonsense or nothing. */
async function readHeat({ thermalFolder }: BoardPlaces): Promise<number | undefined> {
  const zones = (await namesIn(thermalFolder)).filter((name) => name.startsWith('thermal_zone'))
  const told = await Promise.all(
    zones.map(async (zone) => Number((await textOf(path.join(thermalFolder, zone, 'temp'))) ?? Number.NaN) / 1_000),
  )
  const sensible = told.filter((celsius) => celsius > -40 && celsius < 150)
  return sensible.length === 0 ? undefined : Math.max(...sensible)
}

const hexOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^(0x)?[0-9a-f]{1,8}$/i.test(text) ? Number.parseInt(text, 16) : undefined

const namesIn = async (folder: string): Promise<string[]> => readdir(folder).catch(() => []) // this machine has no such place

const textOf = async (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  )
