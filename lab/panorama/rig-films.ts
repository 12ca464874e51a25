// The simulated rigs as two films that lie there, each frame of both from the same instant: what has parallax, and what has no common view.
// Made once and kept; they appear whole, by a rename. There is no truth without noise: nobody stands where a panorama would be seen from.

import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Writable } from 'node:stream'
import { EzrecError } from '../../src/base/errors.ts'
import { makeFolder, readIfPresent } from '../../src/base/files.ts'
import { startChild } from '../../src/base/process.ts'
import { courtCalibration } from '../../src/capture/court/court-calibration.ts'
import type { CourtRig } from '../../src/capture/court/court-camera.ts'
import { openCourt } from '../../src/capture/court/court.ts'
import type { Side } from '../../src/capture/pitch/rig-format.ts'
import type { MaterialPlace } from './material.ts'

/** `calibration`: a file with the truth for the ground; none where there is no common view. */
export type RigFilms = { readonly left: string; readonly right: string; readonly calibration: string | undefined }

export const rigFormat = { width: 1280, height: 720, fps: 25 } as const

/** Raised when the drawn courts or the encoder change. */
const version = 1

/** From the cache, or drawn there. Errors: `internal`, `canceled`. */
export async function ensureRigFilms(rig: CourtRig, seconds: number, { cacheFolder, say, signal }: MaterialPlace): Promise<RigFilms> {
  const folder = path.join(cacheFolder, 'lab', 'panorama', `rig-v${version}-${rig}-${seconds}s`)
  const films: RigFilms = {
    left: path.join(folder, 'left.mp4'),
    right: path.join(folder, 'right.mp4'),
    calibration: rig === 'real' ? path.join(folder, 'calibration.json') : undefined,
  }
  if ((await readIfPresent(path.join(folder, 'whole'))) !== undefined) return films
  await makeFolder(path.dirname(folder))
  const made = await mkdtemp(`${folder}-`)
  try {
    if (rig === 'real') await writeFile(path.join(made, 'calibration.json'), JSON.stringify(courtCalibration(rigFormat)))
    for (const side of ['left', 'right'] as const) {
      say(`drawing ${seconds} s of the ${rig} rig, ${side}`)
      await drawFilm(rig, side, { seconds, file: path.join(made, `${side}.mp4`), signal })
    }
    await writeFile(path.join(made, 'whole'), '')
    await rm(folder, { recursive: true, force: true })
    await rename(made, folder)
  } finally {
    await rm(made, { recursive: true, force: true })
  }
  return films
}

/** Encoded as a camera does: a key frame a second, no B-frames. */
async function drawFilm(
  rig: CourtRig,
  side: Side,
  { seconds, file, signal }: { readonly seconds: number; readonly file: string; readonly signal: AbortSignal },
): Promise<void> {
  const { width, height, fps } = rigFormat
  const colour = ['-color_range', 'tv', '-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709']
  const input = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-r', String(fps), ...colour, '-i', 'pipe:0']
  const encode = ['-c:v', 'libx264', '-preset', 'veryfast', '-b:v', '6M', '-maxrate', '8M', '-bufsize', '8M', '-g', String(fps), '-bf', '0']
  const court = openCourt(rig, side, rigFormat)
  await using encoder = await startChild('ffmpeg', ['-v', 'error', '-y', ...input, ...encode, ...colour, '-movflags', '+faststart', file], {
    stdin: 'pipe',
    signal,
  })
  for (let n = 0; n < seconds * fps && encoder.stdin?.writable === true; n += 1)
    await written(encoder.stdin, court.picture(n % court.frames))
  encoder.stdin?.end()
  const { code } = await encoder.exited
  if (code === 0) return
  throw new EzrecError('internal', `a film of the ${rig} rig could not be encoded: ${encoder.stderrTail().slice(-300)}`, {
    hint: 'see that ffmpeg has libx264 and that the disk has room',
  })
}

/** Until all of it is in the pipe: then its bytes may be used again. */
const written = (stream: Writable, picture: Uint8Array): Promise<void> => new Promise((resolve) => stream.write(picture, () => resolve()))
