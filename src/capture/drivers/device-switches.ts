// The switches behind the `?` of a real camera: how it hangs, where its lens stands, which of its ways it uses.
// Pure; every fault names the switch and an example.

import { readPairs } from './camera-switches.ts'

export type RpicamSwitches = {
  readonly rotation: 0 | 180
  readonly lensDioptres: number
  readonly mode: { readonly width: number; readonly height: number; readonly bitDepth?: number } | undefined
}

export type V4l2Switches = { readonly pixels: 'h264' | 'mjpeg' | 'raw' | undefined }

type Read<T> = { readonly switches: T; readonly faults: readonly string[] }

/** Reads `rotation=180&lens=0.1&mode=2304x1296`. */
export function parseRpicamSwitches(query: string): Read<RpicamSwitches> {
  const { given, faults } = readPairs(query, ['rotation', 'lens', 'mode'])
  const rotation = given.get('rotation') ?? '0'
  if (rotation === '90' || rotation === '270')
    faults.push(
      `rotation=${rotation}: a sensor turns its picture by 0 or 180 only; CAMERA_LEFT_ROTATION and CAMERA_RIGHT_ROTATION turn it in the film`,
    )
  else if (rotation !== '0' && rotation !== '180') faults.push(`rotation=${rotation} is neither 0 nor 180, for example rotation=180`)
  const lens = given.get('lens') ?? '0'
  if (!/^\d{1,2}(\.\d{1,3})?$/.test(lens) || Number(lens) > 32)
    faults.push(`lens=${lens} is no number of dioptres from 0 (infinity) to 32, for example lens=0.1 for 10 m`)
  const mode = given.get('mode')
  const [, width, height, bitDepth] = /^(\d{2,5})x(\d{2,5})(?:x(\d{1,2}))?$/.exec(mode ?? '') ?? []
  if (mode !== undefined && width === undefined) faults.push(`mode=${mode} is no WIDTHxHEIGHT of the sensor, for example mode=2304x1296`)
  return {
    switches: {
      rotation: rotation === '180' ? 180 : 0,
      lensDioptres: Number(lens),
      mode:
        width === undefined
          ? undefined
          : { width: Number(width), height: Number(height), ...(bitDepth === undefined ? {} : { bitDepth: Number(bitDepth) }) },
    },
    faults,
  }
}

/** Reads `format=mjpeg`. */
export function parseV4l2Switches(query: string): Read<V4l2Switches> {
  const { given, faults } = readPairs(query, ['format'])
  const format = given.get('format')
  const pixels = (['h264', 'mjpeg', 'raw'] as const).find((known) => known === format)
  if (format !== undefined && pixels === undefined) faults.push(`format=${format} is none of h264, mjpeg, raw, for example format=mjpeg`)
  return { switches: { pixels }, faults }
}
