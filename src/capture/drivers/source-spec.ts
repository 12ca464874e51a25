// A camera setting such as `simulated:left?phase=137`, `rpicam:/base/...` or `rtsp://camera/stream` as values.
// Pure: never looks whether a film or a camera exists, and never repeats a password in a fault.

import path from 'node:path'
import { EzrecError } from '../../base/errors.ts'
import { scrubText } from '../../base/logger.ts'
import type { RigKind, Side } from '../pitch/rig-format.ts'
import { parseSimulatedSwitches, parseSwitches, splitSwitches, type CameraSwitches, type EncodedBy } from './camera-switches.ts'
import { parseRpicamSwitches, parseV4l2Switches, type RpicamSwitches, type V4l2Switches } from './device-switches.ts'

export type LoopSpec =
  | {
      readonly kind: 'simulated'
      readonly rig: RigKind
      readonly view: Side
      readonly encode: EncodedBy
      readonly switches: CameraSwitches
    }
  | { readonly kind: 'film'; readonly file: string; readonly switches: CameraSwitches }
/** `path`: the sensor's place in the device tree. */
export type RpicamSpec = { readonly kind: 'rpicam'; readonly path: string; readonly switches: RpicamSwitches }
/** `device`: a node below /dev, best one of /dev/v4l/by-path. */
export type V4l2Spec = { readonly kind: 'v4l2'; readonly device: string; readonly switches: V4l2Switches }
/** `address` holds the user and the password, where there are any. */
export type RtspSpec = { readonly kind: 'rtsp'; readonly address: string }

export type SourceSpec = LoopSpec | RpicamSpec | V4l2Spec | RtspSpec | { readonly kind: 'auto' }

/** A setting as people may see it: without the user and the password of an address, however it is written. */
export const shownSource = (spec: string): string => shortened(scrubText(spec.trim().replace(/^(rtsp:\/*).*@/s, '$1[redacted]@')))

/** Reads a camera setting; a relative film is looked for in `cwd`. Errors: `invalid`, naming every fault with its mend. */
export function parseSourceSpec(spec: string, side: Side, cwd: string): SourceSpec {
  const text = spec.trim()
  if (text === 'auto') return { kind: 'auto' }
  const scheme = /^([a-z0-9]+)(:|$)/.exec(text)?.[1]
  const rest = text.slice((scheme?.length ?? 0) + 1)
  switch (scheme) {
    case 'simulated':
      return parseSimulated(spec, rest)
    case 'file':
      return parseFilm(spec, rest, cwd)
    case 'rpicam':
      return parseRpicam(spec, rest)
    case 'v4l2':
      return parseV4l2(spec, rest)
    case 'rtsp':
      return parseRtsp(spec, text)
    default:
      throw refusal(
        spec,
        'it names no known kind of source',
        `write auto, rpicam:, v4l2:, rtsp://, file: or simulated:, for example CAMERA_${side.toUpperCase()}=simulated:${side}`,
      )
  }
}

function parseSimulated(spec: string, rest: string): SourceSpec {
  const { subject, query } = splitSwitches(rest)
  if (subject !== 'left' && subject !== 'right')
    throw refusal(spec, `the simulated rig has no view ${JSON.stringify(subject)}`, 'write simulated:left or simulated:right')
  const { rig, encode, camera } = sound(spec, parseSimulatedSwitches(query))
  return { kind: 'simulated', rig, view: subject, encode, switches: camera }
}

function parseFilm(spec: string, rest: string, cwd: string): SourceSpec {
  const { subject, query } = splitSwitches(rest)
  if (subject === '') throw refusal(spec, 'it names no film', 'write file: and a path, for example file:/films/left.mp4')
  if (subject.includes('\0')) throw refusal(spec, 'its path holds a null character', 'write the path as it is, without any escapes')
  return { kind: 'film', file: path.resolve(cwd, subject), switches: sound(spec, parseSwitches(query)) }
}

function parseRpicam(spec: string, rest: string): SourceSpec {
  const { subject, query } = splitSwitches(rest)
  if (/^\d+$/.test(subject))
    throw refusal(spec, 'a camera is not known by its number: it may be another one after a restart', camerasHint('rpicam:/base/...'))
  if (!/^\/[\w@/.,+-]{1,300}$/.test(subject))
    throw refusal(
      spec,
      'it names no place of a sensor in the device tree',
      camerasHint('rpicam:/base/axi/pcie@120000/rp1/i2c@88000/imx708@1a'),
    )
  return { kind: 'rpicam', path: subject, switches: sound(spec, parseRpicamSwitches(query)) }
}

function parseV4l2(spec: string, rest: string): SourceSpec {
  const { subject, query } = splitSwitches(rest)
  if (!/^\/dev\/[\w@:/.,+-]{1,250}$/.test(subject) || subject.split('/').includes('..'))
    throw refusal(spec, 'it names no device', camerasHint('v4l2:/dev/v4l/by-path/platform-xhci-hcd.0-usb-0:1:1.0-video-index0'))
  return { kind: 'v4l2', device: subject, switches: sound(spec, parseV4l2Switches(query)) }
}

function parseRtsp(spec: string, text: string): SourceSpec {
  const refused = addressFault(text)
  if (refused) throw refusal(spec, refused.fault, refused.hint)
  return { kind: 'rtsp', address: text }
}

/** What is wrong with the address of a network camera, with its mend; `undefined` when it can be used. */
export function addressFault(text: string): { readonly fault: string; readonly hint: string } | undefined {
  const hint = 'write rtsp://user:password@host/stream, with % signs for special characters in the password'
  if (text.length > 2_000 || !/^[!-~]+$/.test(text)) return { fault: 'it holds blanks or signs that no address has', hint }
  const url = URL.parse(text)
  if (url === null || url.hostname === '' || !text.startsWith('rtsp://')) return { fault: 'it is no address of a camera', hint }
  // A password with a bare @, / or # moves what follows it into another part of the address; nobody would see which.
  if (url.hash !== '' || /@/.test(url.pathname + url.search)) return { fault: 'it has an @ or a # behind the host', hint }
  return undefined
}

function sound<T>(spec: string, { switches, faults }: { readonly switches: T; readonly faults: readonly string[] }): T {
  if (faults.length > 0) throw refusal(spec, faults.join('; '), 'mend or leave out these switches')
  return switches
}

const camerasHint = (example: string): string => `run ./ezrec cameras list and copy the source as it stands there, for example ${example}`

function refusal(spec: string, fault: string, hint: string): EzrecError {
  const source = shownSource(spec)
  return new EzrecError('invalid', `camera source ${JSON.stringify(source)}: ${fault}`, { hint, facts: { source } })
}

const shortened = (spec: string): string => (spec.length > 300 ? `${spec.slice(0, 300)}...` : spec)
