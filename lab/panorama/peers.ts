// What our panorama is measured beside: the original's loop, and the floor that nothing which decodes and encodes can go below.
// Never tuned: each runs as it would for somebody who uses it.

import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { mustRun, type Job } from '../run-job.ts'
import { x264Options, type Preset } from './encode-options.ts'
import { camera, homography, panorama } from './geometry.ts'
import type { Material } from './material.ts'
import { systemPython } from './opencv.ts'

/** The original's OpenCV loop with the true homography, in a file of the original's form. */
export const originalJob =
  ({ left, right }: Material, folder: string): Job =>
  async (signal) => {
    const file = path.join(folder, 'homography_right_to_left.json')
    await writeFile(file, JSON.stringify({ H: [homography.slice(0, 3), homography.slice(3, 6), homography.slice(6)] }))
    const output = path.join(folder, 'original.mp4')
    await mustRun(systemPython, [path.join(import.meta.dirname, 'opencv-loop.py'), left, right, output, file], signal)
    return { output }
  }

/** Both films decoded, and nothing else. */
export const decodeJob =
  ({ left, right, frames }: Material): Job =>
  async (signal) => {
    await mustRun('ffmpeg', ['-v', 'error', '-nostdin', '-i', left, '-i', right, '-map', '0:v', '-map', '1:v', '-f', 'null', '-'], signal)
    return { frames }
  }

/** A panorama encoded that lies there as raw pictures, with the noise that stitched ones have. */
export const encodeJob =
  (raw: string, preset: Preset, folder: string): Job =>
  async (signal) => {
    const output = path.join(folder, `floor-${preset}.mp4`)
    const input = [
      '-f',
      'rawvideo',
      '-pix_fmt',
      'yuv420p',
      '-s',
      `${panorama.width}x${panorama.height}`,
      '-r',
      String(camera.fps),
      '-i',
      raw,
    ]
    await mustRun('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...input, ...x264Options(preset), '-movflags', '+faststart', output], signal)
    return { output }
  }
