// The films that every stitcher is measured with: a left one, a right one, and the panorama without noise that they should become.
// Made once and kept; they appear whole, by a rename.

import { access, mkdtemp, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { EzrecError } from '../../src/base/errors.ts'
import { makeFolder } from '../../src/base/files.ts'
import { startChild } from '../../src/base/process.ts'
import { camera, homography, panorama } from './geometry.ts'
import { systemPython } from './opencv.ts'

export type MaterialOrder = {
  readonly seconds: number
  /** How much later the scene is that the right camera shows in the same frame. */
  readonly rightOffsetMs: number
  /** How much faster the right camera's scene goes. */
  readonly driftPpm: number
  /** The daylight's share that is left at the end; the right camera then opens more than the left one. 1: no evening. */
  readonly dusk: number
}

export const plainMaterial = (seconds: number): MaterialOrder => ({ seconds, rightOffsetMs: 0, driftPpm: 0, dusk: 1 })

export type Material = { readonly left: string; readonly right: string; readonly truth: string; readonly frames: number }

export type MaterialPlace = { readonly cacheFolder: string; readonly say: (line: string) => void; readonly signal: AbortSignal }

/** Raised when the drawn scene or its encoders change. */
const version = 1

/** From the cache, or drawn there: about eight processor seconds for each second of film. Errors: `internal`, `program_missing`. */
export async function ensureMaterial(order: MaterialOrder, { cacheFolder, say, signal }: MaterialPlace): Promise<Material> {
  const { seconds, rightOffsetMs, driftPpm, dusk } = order
  const folder = path.join(cacheFolder, 'lab', 'panorama', `v${version}-${seconds}s-${rightOffsetMs}ms-${driftPpm}ppm-dusk${dusk}`)
  const material = {
    left: path.join(folder, 'left.mp4'),
    right: path.join(folder, 'right.mp4'),
    truth: path.join(folder, 'truth.mp4'),
    frames: Math.round(seconds * camera.fps),
  }
  const isThere = await access(material.truth).then(
    () => true,
    () => false,
  )
  if (isThere) return material
  await makeFolder(path.dirname(folder))
  const made = await mkdtemp(`${folder}-`)
  try {
    await draw(order, made, say, signal)
    await rm(folder, { recursive: true, force: true })
    await rename(made, folder)
  } finally {
    await rm(made, { recursive: true, force: true })
  }
  return material
}

const program = path.join(import.meta.dirname, 'draw-scene.py')
const lineSchema = z.object({ fraction: z.number() })

async function draw(order: MaterialOrder, folder: string, say: (line: string) => void, signal: AbortSignal): Promise<void> {
  const told = {
    ...order,
    folder,
    fps: camera.fps,
    camera: [camera.width, camera.height],
    panorama: [panorama.width, panorama.height],
    homography,
    seed: 7,
  }
  await using drawer = await startChild(systemPython, [program, JSON.stringify(told)], { stdout: 'pipe', signal })
  let partial = ''
  let tenth = -1
  drawer.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (partial + text).split('\n')
    partial = lines.pop() ?? ''
    for (const line of lines) {
      const { fraction } = lineSchema.parse(JSON.parse(line))
      if (Math.floor(fraction * 10) > tenth) say(`drawing ${order.seconds} s of the scene: ${Math.round(fraction * 100)} %`)
      tenth = Math.max(tenth, Math.floor(fraction * 10))
    }
  })
  const { code } = await drawer.exited
  if (code === 0) return
  throw new EzrecError('internal', `the scene could not be drawn (${code}): ${drawer.stderrTail().slice(-500)}`, {
    hint: 'see that ffmpeg has libx264 and that the disk has room',
  })
}
