// The switches behind the `?` of a simulated or film camera: its clock, its delay, its faults.
// Pure; every fault names the switch, its unit and an example.

import type { Faults } from '../loop-camera/faults.ts'
import { rigKinds, type RigKind } from '../pitch/rig-format.ts'

export type CameraSwitches = {
  readonly phaseMs: number
  readonly latencyMs: number
  readonly driftPpm: number
  readonly firstPtsTicks: number
  readonly faults: Faults
}

/** The text before the switches and the switches. Only a tail of the form `?name=value&...` or a lone final `?` counts as switches,
 *  so a path may hold question marks; one that ends like switches is closed with a `?`. */
export function splitSwitches(text: string): { readonly subject: string; readonly query: string } {
  const at = text.lastIndexOf('?')
  const query = text.slice(at + 1)
  const isQuery = at >= 0 && (query === '' || /^[a-z]+=[^/&?]*(&[a-z]+=[^/&?]*)*$/.test(query))
  return isQuery ? { subject: text.slice(0, at), query } : { subject: text, query: '' }
}

/** Reads `phase=137&drift=100`; all faults together, in reading order. */
export function parseSwitches(query: string): { readonly switches: CameraSwitches; readonly faults: readonly string[] } {
  const { given, faults } = readPairs(query, switchNames)
  return { switches: readSwitches(given, faults), faults }
}

/** Who makes a simulated camera's H.264: the camera, or this box while it records, as it does for a sensor. */
export const encodedBy = ['camera', 'box'] as const
export type EncodedBy = (typeof encodedBy)[number]

/** The same with `rig=real`: which of the simulated rigs the camera belongs to; and with `encode=box`. */
export function parseSimulatedSwitches(query: string): {
  readonly switches: { readonly rig: RigKind; readonly encode: EncodedBy; readonly camera: CameraSwitches }
  readonly faults: readonly string[]
} {
  const { given, faults } = readPairs(query, [...switchNames, 'rig', 'encode'])
  const camera = readSwitches(given, faults)
  const text = given.get('rig') ?? 'planar'
  const rig = rigKinds.find((kind) => kind === text)
  if (rig === undefined) faults.push(`rig=${text} is no simulated rig; there are ${rigKinds.join(', ')}`)
  const asked = given.get('encode') ?? 'camera'
  const encode = encodedBy.find((word) => word === asked)
  if (encode === undefined) faults.push(`encode=${asked} is nobody who encodes; there are ${encodedBy.join(', ')}`)
  return { switches: { rig: rig ?? 'planar', encode: encode ?? 'camera', camera }, faults }
}

function readSwitches(given: ReadonlyMap<string, string>, faults: string[]): CameraSwitches {
  const number = (name: RangeName): number | undefined => {
    const text = given.get(name)
    if (text === undefined) return undefined
    const { least, most, unit, example, whole } = ranges[name]
    const value = /^-?\d{1,12}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most && (!whole || Number.isInteger(value))) return value
    faults.push(`${name}=${text} is no ${whole ? 'whole ' : ''}number of ${unit} from ${least} to ${most}, for example ${name}=${example}`)
    return undefined
  }
  const span = (name: string): { fromSeconds: number; toSeconds: number } | undefined => {
    const text = given.get(name)
    if (text === undefined) return undefined
    const [, from, to] = /^(\d{1,5}(?:\.\d{1,3})?)-(\d{1,5}(?:\.\d{1,3})?)$/.exec(text) ?? []
    if (from !== undefined && to !== undefined && Number(from) < Number(to)) return { fromSeconds: Number(from), toSeconds: Number(to) }
    faults.push(`${name}=${text} is no span of seconds since the camera's start, for example ${name}=5-8`)
    return undefined
  }
  return {
    phaseMs: number('phase') ?? 0,
    latencyMs: number('latency') ?? 0,
    driftPpm: number('drift') ?? 0,
    firstPtsTicks: number('pts') ?? 90_000,
    faults: present({
      freeze: span('freeze'),
      blacken: span('blacken'),
      drop: span('drop'),
      dieSeconds: number('die'),
      hangSeconds: number('hang'),
    }),
  }
}

/** `name=value&...` as values by name; a name that is not known or stands twice is a fault. */
export function readPairs(
  query: string,
  names: readonly string[],
): { readonly given: ReadonlyMap<string, string>; readonly faults: string[] } {
  const faults: string[] = []
  const given = new Map<string, string>()
  for (const pair of query === '' ? [] : query.split('&')) {
    const [name = '', value = ''] = pair.split(/=(.*)/s)
    if (!names.includes(name)) faults.push(`there is no switch ${JSON.stringify(name)}; there are ${names.join(', ')}`)
    else if (given.has(name)) faults.push(`${name} is given twice`)
    else given.set(name, value)
  }
  return { given, faults }
}

type Range = { readonly least: number; readonly most: number; readonly unit: string; readonly example: string; readonly whole: boolean }

/** More drift than 1 % would move a camera too far within one group of pictures. */
const ranges = {
  phase: { least: 0, most: 60_000, unit: 'milliseconds', example: '137', whole: false },
  latency: { least: 0, most: 10_000, unit: 'milliseconds', example: '80', whole: false },
  drift: { least: -10_000, most: 10_000, unit: 'parts per million', example: '100', whole: false },
  pts: { least: 0, most: 2 ** 33 - 1, unit: '90 kHz ticks', example: '8589844592', whole: true },
  die: { least: 0, most: 86_400, unit: 'seconds', example: '6', whole: false },
  hang: { least: 0, most: 86_400, unit: 'seconds', example: '6', whole: false },
} as const satisfies Record<string, Range>

type RangeName = keyof typeof ranges

const switchNames: readonly string[] = [...Object.keys(ranges), 'freeze', 'blacken', 'drop']

/** Without the entries that are not there. */
const present = (faults: { [name in keyof Faults]: Faults[name] | undefined }): Faults => ({
  ...(faults.freeze && { freeze: faults.freeze }),
  ...(faults.blacken && { blacken: faults.blacken }),
  ...(faults.drop && { drop: faults.drop }),
  ...(faults.dieSeconds !== undefined && { dieSeconds: faults.dieSeconds }),
  ...(faults.hangSeconds !== undefined && { hangSeconds: faults.hangSeconds }),
})
