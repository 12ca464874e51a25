// The peer of `bench stitch`: ffmpeg's own way to the same panorama, its `perspective` filter with a feathered seam, and what that costs.
// Never with our code: pictures come from files, the cost from ffmpeg's own account.

import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { EzrecError } from '../../src/base/errors.ts'
import { runChild } from '../../src/base/process.ts'
import { apply } from '../../src/merge/stitch/homography.ts'
import { blendColumns, canvas, toRight } from './bench-rig.ts'

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
  const { from, to } = blendColumns
  const ramp = Buffer.from(Array.from({ length: to - from }, (_, n) => Math.round((255 * (n + 0.5)) / (to - from))))
  const rows = Array.from({ length: canvas.height }, () => ramp)
  await writeFile(mask, Buffer.concat([Buffer.from(`P5\n${to - from} ${canvas.height}\n255\n`), ...rows]))
  return { inputs: [...films, mask], graph: graph() }
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

/** Only what the right picture gives is warped: the rest of the canvas is the left picture, as it is. */
function graph(): string {
  const { from, to } = blendColumns
  const { width, height } = canvas
  const [warped, blend] = [width - from, to - from]
  const corners = [
    [from, 0],
    [width, 0],
    [from, height],
    [width, height],
  ].map(([x = 0, y = 0]) => apply(toRight, { x, y }))
  const points = corners.map(({ x, y }, n) => `x${n}=${x.toFixed(3)}:y${n}=${y.toFixed(3)}`).join(':')
  return [
    `[0:v]split[l0][l1]`,
    `[l0]crop=${from}:${height}:0:0[left]`,
    `[l1]crop=${blend}:${height}:${from}:0[under]`,
    `[1:v]pad=${warped}:${height}:0:0,perspective=${points}:sense=source:interpolation=linear,split[r0][r1]`,
    `[r0]crop=${blend}:${height}:0:0[over]`,
    `[r1]crop=${warped - blend}:${height}:${blend}:0[right]`,
    `[2:v]format=gray,split=3[my][m1][m2]`,
    `[m1]scale=${blend / 2}:${height / 2}[mu]`,
    `[m2]scale=${blend / 2}:${height / 2}[mv]`,
    `[my][mu][mv]mergeplanes=0x001020:yuv420p[mask]`,
    `[under][over][mask]maskedmerge[blend]`,
    `[left][blend][right]hstack=3,format=yuv420p[v]`,
  ].join(';')
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
