// One picture of a camera as numbers that an installer understands: is it sharp, is it lit, is anything on it.
// Never judges a film: one picture, taken while the camera was tried.

import { EzrecError } from '../base/errors.ts'
import { runChild } from '../base/process.ts'

export type PictureFacts = {
  /** Mean brightness, 0 to 255. */
  readonly brightness: number
  /** Shares of pixels without any drawing in them, 0 to 1. */
  readonly darkShare: number
  readonly brightShare: number
  /** Variance of the Laplacian at 640 pixels of width: it grows with sharp edges; compare with the same view in focus. */
  readonly sharpness: number
  readonly verdict: 'good' | 'covered' | 'dark' | 'bright'
}

const width = 640

/** Judges luma rows of 640 pixels. Pure. */
export function judgePicture(luma: Uint8Array): PictureFacts {
  const rows = Math.floor(luma.length / width)
  let [sum, dark, bright] = [0, 0, 0]
  for (const value of luma) {
    sum += value
    if (value < 25) dark += 1
    else if (value > 230) bright += 1
  }
  let [edges, squares, count] = [0, 0, 0]
  for (let y = 1; y < rows - 1; y += 1)
    for (let at = y * width + 1; at < (y + 1) * width - 1; at += 1) {
      const edge = 4 * (luma[at] ?? 0) - (luma[at - 1] ?? 0) - (luma[at + 1] ?? 0) - (luma[at - width] ?? 0) - (luma[at + width] ?? 0)
      edges += edge
      squares += edge * edge
      count += 1
    }
  const all = Math.max(1, luma.length)
  const sharpness = count === 0 ? 0 : round(squares / count - (edges / count) ** 2)
  const facts = { brightness: round(sum / all), darkShare: round(dark / all), brightShare: round(bright / all), sharpness }
  return { ...facts, verdict: verdictOf(facts) }
}

/** The first picture of a piece of transport stream, judged, and as a JPEG. Errors: `media_unreadable`, `program_missing`. */
export async function readPicture(stream: Buffer, signal: AbortSignal): Promise<{ readonly facts: PictureFacts; readonly jpeg: Buffer }> {
  const decode = async (output: string): Promise<Buffer> => {
    const args = `-hide_banner -nostdin -loglevel error -protocol_whitelist pipe -f mpegts -i pipe:0 -map 0:v:0 -frames:v 1 ${output} pipe:1`
    return (await runChild('ffmpeg', args.split(' '), { input: stream, timeoutMs: 20_000, signal })).stdout
  }
  const luma = await decode(`-vf scale=${width}:-2,format=gray -f rawvideo`)
  if (luma.length < width * 3)
    throw new EzrecError('media_unreadable', 'no picture of the camera could be decoded', {
      hint: 'try again; if it stays so, try another camera',
    })
  return { facts: judgePicture(luma), jpeg: await decode('-q:v 3 -f mjpeg') }
}

/** A covered lens gives noise at most; a dark hall still has lamps and lines. */
function verdictOf({ brightness, darkShare, brightShare, sharpness }: Omit<PictureFacts, 'verdict'>): PictureFacts['verdict'] {
  if (darkShare > 0.98 || (brightness < 60 && sharpness < 2)) return 'covered'
  if (darkShare > 0.75) return 'dark'
  return brightShare > 0.4 ? 'bright' : 'good'
}

const round = (value: number): number => Math.round(value * 100) / 100
