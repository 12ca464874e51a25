// The one encode that every job of the bench is measured with: the product's own options, at one quality and with room above it.
// Never an option of its own: what the product changes, the peers change with it.

import { encodeArgs, type EncodeOptions } from '../../src/adapters/ffmpeg.ts'
import { camera, panorama } from './geometry.ts'

export type Preset = EncodeOptions['preset']

/** Far above what CRF 23 takes of this scene (18 Mbit/s at ultrafast): the ceiling must not decide which job looks best. */
export const quality = { crf: 23, maxRateKbps: 40_000, chunkSeconds: 2 } as const

/** From the codec to the last tag, without input and output. */
export function x264Options(preset: Preset, size: { readonly width: number; readonly height: number } = panorama): string[] {
  const { crf, maxRateKbps, chunkSeconds } = quality
  const { fps } = camera
  const all = encodeArgs({ width: size.width, height: size.height, fps, preset, crf, maxRateKbps, chunkFrames: chunkSeconds * fps })
  return all.slice(all.indexOf('-c:v'), all.indexOf('-map_metadata'))
}
