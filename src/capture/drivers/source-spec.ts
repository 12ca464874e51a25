// A camera setting such as `simulated:left?phase=137` or `file:/films/a.mp4` as values.
// Pure: never looks whether a film or a camera exists.

import path from 'node:path'
import { EzrecError } from '../../base/errors.ts'
import type { Side } from '../pitch/rig-format.ts'
import { parseSwitches, splitSwitches, type CameraSwitches } from './camera-switches.ts'

export type SourceSpec =
  | { readonly kind: 'simulated'; readonly view: Side; readonly switches: CameraSwitches }
  | { readonly kind: 'film'; readonly file: string; readonly switches: CameraSwitches }

/** Reads a camera setting; a relative film is looked for in `cwd`. Errors: `invalid`, naming every fault with its mend. */
export function parseSourceSpec(spec: string, side: Side, cwd: string): SourceSpec {
  const text = spec.trim()
  const scheme = /^([a-z0-9]+)(:|$)/.exec(text)?.[1]
  const rest = text.slice((scheme?.length ?? 0) + 1)
  if (scheme === 'simulated') return parseSimulated(spec, rest)
  if (scheme === 'file') return parseFilm(spec, rest, cwd)
  const example = `CAMERA_${side.toUpperCase()}=simulated:${side}`
  if (text === 'auto') throw refusal(spec, 'no camera can be found by itself in this version', `name a source, for example ${example}`)
  if (scheme === 'rpicam' || scheme === 'v4l2' || scheme === 'rtsp')
    throw refusal(spec, `the ${scheme} driver is not part of this version`, `use simulated: or file:, for example ${example}`)
  throw refusal(
    spec,
    'it names no known kind of source',
    `write simulated:left, simulated:right or file:/path/to/film.mp4, for example ${example}`,
  )
}

function parseSimulated(spec: string, rest: string): SourceSpec {
  const { subject, query } = splitSwitches(rest)
  if (subject !== 'left' && subject !== 'right')
    throw refusal(spec, `the simulated rig has no view ${JSON.stringify(subject)}`, 'write simulated:left or simulated:right')
  return { kind: 'simulated', view: subject, switches: switchesOf(spec, query) }
}

function parseFilm(spec: string, rest: string, cwd: string): SourceSpec {
  const { subject, query } = splitSwitches(rest)
  if (subject === '') throw refusal(spec, 'it names no film', 'write file: and a path, for example file:/films/left.mp4')
  if (subject.includes('\0')) throw refusal(spec, 'its path holds a null character', 'write the path as it is, without any escapes')
  return { kind: 'film', file: path.resolve(cwd, subject), switches: switchesOf(spec, query) }
}

function switchesOf(spec: string, query: string): CameraSwitches {
  const { switches, faults } = parseSwitches(query)
  if (faults.length > 0) throw refusal(spec, faults.join('; '), 'mend or leave out these switches; without any the camera is perfect')
  return switches
}

const refusal = (spec: string, fault: string, hint: string): EzrecError =>
  new EzrecError('invalid', `camera source ${JSON.stringify(shortened(spec))}: ${fault}`, { hint, facts: { source: shortened(spec) } })

const shortened = (spec: string): string => (spec.length > 300 ? `${spec.slice(0, 300)}...` : spec)
