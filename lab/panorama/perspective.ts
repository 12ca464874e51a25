// The best that ffmpeg's own filters do by a homography: only the part of the right picture that is shown is warped, only the overlap is blended.
// Never matches the exposure: no filter of ffmpeg's does that by itself.

import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Job } from '../run-job.ts'
import { mustRun } from '../run-job.ts'
import { x264Options, type Preset } from './encode-options.ts'
import { camera, inRight, overlap, panorama } from './geometry.ts'
import type { Material } from './material.ts'

export type Interpolation = 'linear' | 'cubic'

/** Where the film goes; `raw`: the panorama as it would be encoded. */
export type Sink = { readonly preset: Preset } | 'raw'

export const perspectiveJob =
  ({ left, right }: Material, interpolation: Interpolation, sink: Sink, folder: string): Job =>
  async (signal) => {
    const mask = path.join(folder, 'ramp.pgm')
    await writeFile(mask, rampPicture())
    const output = path.join(folder, sink === 'raw' ? 'panorama.yuv' : `perspective-${interpolation}-${sink.preset}.mp4`)
    const encode = sink === 'raw' ? ['-f', 'rawvideo', '-pix_fmt', 'yuv420p'] : [...x264Options(sink.preset), '-movflags', '+faststart']
    const inputs = [left, right, mask].flatMap((file) => ['-i', file])
    const args = [
      '-v',
      'error',
      '-nostdin',
      '-y',
      ...inputs,
      '-filter_complex',
      perspectiveGraph(interpolation),
      '-map',
      '[v]',
      ...encode,
      output,
    ]
    await mustRun('ffmpeg', args, signal)
    return sink === 'raw' ? { output, frames: 1 } : { output }
  }

/** Columns that the right picture fills, and those of them that are blended. */
const shown = panorama.width - overlap.from
const blended = overlap.to - overlap.from

/** `perspective` keeps its input's size: the right picture is padded to what is wanted. `sense=source`: the points that become the corners. */
export function perspectiveGraph(interpolation: Interpolation): string {
  const { width, height } = panorama
  const corners = [inRight(overlap.from, 0), inRight(width, 0), inRight(overlap.from, height), inRight(width, height)].map(
    ({ x, y }, n) => `x${n}=${x.toFixed(3)}:y${n}=${y.toFixed(3)}`,
  )
  const [halfColumns, halfRows] = [blended / 2, height / 2]
  return [
    `[0:v]split[leftA][leftB]`,
    `[leftA]crop=${overlap.from}:${height}:0:0[leftOnly]`,
    `[leftB]crop=${blended}:${height}:${overlap.from}:0[leftShared]`,
    `[1:v]pad=${shown}:${camera.height}:0:0,perspective=${corners.join(':')}:sense=source:interpolation=${interpolation},split[rightA][rightB]`,
    `[rightA]crop=${blended}:${height}:0:0[rightShared]`,
    `[rightB]crop=${shown - blended}:${height}:${blended}:0[rightOnly]`,
    `[2:v]format=gray,format=yuv420p,lutyuv=u=128:v=128,extractplanes=y,split=3[rampY][rampA][rampB]`,
    `[rampA]scale=${halfColumns}:${halfRows}[rampU]`,
    `[rampB]scale=${halfColumns}:${halfRows}[rampV]`,
    `[rampY][rampU][rampV]mergeplanes=0x001020:yuv420p[ramp]`,
    `[leftShared][rightShared][ramp]maskedmerge[shared]`,
    `[leftOnly][shared][rightOnly]hstack=3,format=yuv420p[v]`,
  ].join(';')
}

/** From the left picture to the right one, evenly over the overlap. */
export function rampPicture(): Buffer {
  const row = Uint8Array.from({ length: blended }, (_, x) => Math.round(((x + 0.5) / blended) * 255))
  const rows = Array.from({ length: panorama.height }, () => row)
  return Buffer.concat([Buffer.from(`P5\n${blended} ${panorama.height}\n255\n`), ...rows])
}
