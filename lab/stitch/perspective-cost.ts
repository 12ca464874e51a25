// The peer of `bench stitch`: what ffmpeg's own way to the same panorama costs without its decoding, by ffmpeg's own account.
// Never an encode, and never our code: pictures come from films that are made for it.

import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { EzrecError } from '../../src/base/errors.ts'
import { runChild } from '../../src/base/process.ts'
import { perspectiveGraph, rampPicture } from '../panorama/perspective.ts'

export type Peer = { readonly inputs: readonly string[]; readonly graph: string }

const bounds = { timeoutMs: 600_000, maxOutputBytes: 64 * 1024 * 1024 }

/** Makes two films of moving, soft-edged pictures (H.264, 1920x1080) and the blend's mask. */
export async function makePeer(folder: string, frames: number, signal: AbortSignal): Promise<Peer> {
  const films: string[] = []
  for (const [side, start] of [
    ['left', 0],
    ['right', 30],
  ] as const) {
    const film = path.join(folder, `${side}.mp4`)
    const source = `testsrc2=size=1920x1080:rate=30,trim=start_frame=${start},setpts=PTS-STARTPTS,gblur=sigma=2,format=yuv420p`
    await run(
      ['-f', 'lavfi', '-i', source, '-frames:v', `${frames}`, '-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '18', film],
      signal,
    )
    films.push(film)
  }
  const mask = path.join(folder, 'mask.pgm')
  await writeFile(mask, rampPicture())
  return { inputs: [...films, mask], graph: perspectiveGraph('linear') }
}

/** The film of one camera, its first picture: planes end to end. */
export async function firstPicture(film: string, signal: AbortSignal): Promise<Buffer> {
  return run(['-i', film, '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', 'pipe:1'], signal)
}

/** The first canvas that the graph makes. */
export async function firstCanvas({ inputs, graph: filters }: Peer, signal: AbortSignal): Promise<Buffer> {
  const from = inputs.flatMap((input) => ['-i', input])
  return run([...from, '-filter_complex', filters, '-map', '[v]', '-frames:v', '1', '-f', 'rawvideo', 'pipe:1'], signal)
}

/** Seconds of processor time, user and system: of decoding both films, and of decoding them and making the canvas. */
export async function costOf({ inputs, graph: filters }: Peer, signal: AbortSignal): Promise<{ decode: number; both: number }> {
  const films = inputs.slice(0, 2).flatMap((input) => ['-threads', '1', '-i', input])
  const mask = ['-i', inputs[2] ?? '']
  const decode = await benchmark([...films, '-map', '0:v', '-map', '1:v', '-f', 'null', '-'], signal)
  const all = [...films, ...mask, '-filter_complex_threads', '1', '-filter_complex', filters, '-map', '[v]', '-f', 'null', '-']
  return { decode, both: await benchmark(all, signal) }
}

async function benchmark(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { code, stderr } = await runChild('ffmpeg', ['-hide_banner', '-nostdin', '-nostats', '-benchmark', ...args], { signal, ...bounds })
  const [, user, system] = /bench: utime=([\d.]+)s stime=([\d.]+)s/.exec(stderr) ?? []
  if (code !== 0 || user === undefined || system === undefined) throw failed(stderr)
  return Number(user) + Number(system)
}

async function run(args: readonly string[], signal: AbortSignal): Promise<Buffer> {
  const { code, stdout, stderr } = await runChild('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args], { signal, ...bounds })
  if (code !== 0) throw failed(stderr)
  return stdout
}

const failed = (stderr: string): EzrecError =>
  new EzrecError('upstream_unavailable', `ffmpeg did not do it: ${stderr.slice(-300)}`, { hint: 'look at its message' })
