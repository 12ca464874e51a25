// Makes one clip for phones out of the published film: looks where the play is, cuts and encodes, counts, then gives it its name.
// Never touches the film, and leaves nothing half-made: what was cut short is thrown away and made anew.

import { rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { inIdleTime, indexArgs } from '../../adapters/ffmpeg-companions.ts'
import { phoneClipArgs, smallGreyArgs, type Knot } from '../../adapters/ffmpeg-phone.ts'
import { EzrecError } from '../../base/errors.ts'
import { fileError, makeFolder, sha256OfFile, syncFile, syncFolder, unfinishedName } from '../../base/files.ts'
import { jsonOf } from '../../base/json.ts'
import { runChild, startChild } from '../../base/process.ts'
import type { Cell } from '../../merge/layouts/canvas.ts'
import type { PictureSize } from '../../merge/picture.ts'
import { removeClipFiles } from './make-clip.ts'
import { mostPhoneBytes, phoneFormat, type PhoneFormat, type PhoneShape } from './phone-clip-format.ts'
import { phoneClipFile, type PhoneFile } from './phone-clip-store.ts'
import { movementsIn, totalOf, windowWay } from './play.ts'

export type PhoneClipWork = {
  readonly id: string
  /** The film's file, and which seconds of it. */
  readonly film: string
  readonly fromSeconds: number
  readonly seconds: number
  readonly fps: number
  readonly canvas: PictureSize
  /** Parts of the canvas that show one place each; the one with most play is taken. */
  readonly panes: readonly Cell[]
  readonly shape: PhoneShape
  /** The recording's. */
  readonly folder: string
}

/** `onProgress`: 0 to 1. `isWanted` is asked once more before the file gets its name: pictures of people must not stand there without a row, not even
 *  after a power cut. Errors: media_unreadable, disk_full, timeout, upstream_unavailable; canceled when the signal aborts or nobody wants it. */
export async function makePhoneClip(
  work: PhoneClipWork,
  { onProgress, isWanted }: { readonly onProgress: (share: number) => void; readonly isWanted: () => boolean },
  signal: AbortSignal,
): Promise<PhoneFile> {
  const file = path.join(work.folder, phoneClipFile(work.id))
  await removeClipFiles(work.id, work.folder) // of a life that was killed
  await makeFolder(path.dirname(file))
  const unfinished = unfinishedName(file)
  try {
    const { pane, way } = await findPlay(work, signal)
    const formatOf = (share: number): PhoneFormat => phoneFormat({ fps: work.fps }, pane, { ...work, share })
    let format = formatOf(1)
    await encode(work, { pane, way, format }, unfinished, onProgress, signal)
    if ((await stat(unfinished)).size > mostPhoneBytes) {
      format = formatOf(0.8)
      await encode(work, { pane, way, format }, unfinished, onProgress, signal)
    }
    const { size: bytes } = await stat(unfinished)
    if (bytes > mostPhoneBytes) throw noGood(`it has ${bytes} bytes`, '')
    await confirm(unfinished, format, work, signal)
    await syncFile(unfinished)
    if (!isWanted()) throw new EzrecError('canceled', 'nobody wants this clip any more', { hint: 'nothing to do' })
    await rename(unfinished, file)
    await syncFolder(path.dirname(file))
    return { width: format.width, height: format.height, bytes, sha256: await sha256OfFile(file, signal) }
  } catch (error) {
    signal.throwIfAborted()
    throw fileError(error, file)
  } finally {
    await rm(unfinished, { force: true })
  }
}

/** Small pictures a second, and how many cells each has: players are some cells large, noise is none. */
const looksPerSecond = 5
const cellsOfLook = 12_000

type Play = { readonly pane: Cell; readonly way: readonly number[] }

/** Where the play is; where that cannot be seen, the middle of the first pane. */
async function findPlay({ film, fromSeconds, seconds, canvas, panes, shape }: PhoneClipWork, signal: AbortSignal): Promise<Play> {
  const [first = { x: 0, y: 0, ...canvas }] = panes
  const scale = Math.sqrt(cellsOfLook / (canvas.width * canvas.height))
  const small = { width: Math.max(16, Math.round(canvas.width * scale)), height: Math.max(9, Math.round(canvas.height * scale)) }
  const args = smallGreyArgs(film, { fromSeconds, seconds }, { ...small, fps: looksPerSecond })
  const timeoutMs = mostMs(seconds)
  const looked = await runChild(...inIdleTime('ffmpeg', args), { signal, timeoutMs, stopSignals: ['SIGKILL'] })
  if (looked.code !== 0) throw noGood('the film could not be read', looked.stderr)
  const seen = panes.map((pane) => {
    const [across, down] = [small.width / canvas.width, small.height / canvas.height]
    const cells = {
      ...{ x: Math.round(pane.x * across), y: Math.round(pane.y * down) },
      ...{ width: Math.floor(pane.width * across), height: Math.floor(pane.height * down) },
    }
    const movements = movementsIn(looked.stdout, small, cells)
    return { pane, movements, total: totalOf(movements) }
  })
  const best = seen.reduce((most, each) => (each.total > most.total ? each : most), seen[0] ?? { pane: first, movements: [], total: 0 })
  const { window } = phoneFormat({ fps: looksPerSecond }, best.pane, { shape, seconds })
  return { pane: best.pane, way: windowWay(best.movements, window.width / best.pane.width, looksPerSecond) }
}

/** Pixels of the canvas, a knot a second. */
function knotsOf({ pane, way }: Play, { window }: PhoneFormat): Knot[] {
  const xOf = (place: number): number => pane.x + place * (pane.width - window.width)
  const knots = way.flatMap((place, step) => (step % looksPerSecond === 0 ? [{ atSeconds: step / looksPerSecond, x: xOf(place) }] : []))
  return knots.length > 0 ? knots : [{ atSeconds: 0, x: xOf(0.5) }]
}

/** A small board needs several times as long as the clip lasts. */
const mostMs = (seconds: number): number => 120_000 + seconds * 20_000

async function encode(
  { film, fromSeconds, seconds }: PhoneClipWork,
  { pane, way, format }: Play & { readonly format: PhoneFormat },
  out: string,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const { window } = format
  const y = pane.y + 2 * Math.floor((pane.height - window.height) / 4)
  const clip = { ...format, fromSeconds, seconds, window: { ...window, y }, way: knotsOf({ pane, way }, format) }
  const late = AbortSignal.timeout(mostMs(seconds))
  await using child = await startChild(...inIdleTime('ffmpeg', phoneClipArgs(film, out, clip)), {
    ...{ stdout: 'pipe', stopSignals: ['SIGKILL'] },
    signal: AbortSignal.any([signal, late]),
  })
  if (child.stdout)
    createInterface({ input: child.stdout }).on('line', (line) => {
      const us = /^out_time_us=(\d+)$/.exec(line)?.[1]
      if (us !== undefined) onProgress(Math.min(1, Number(us) / 1e6 / seconds))
    })
  const { code } = await child.exited
  signal.throwIfAborted()
  if (late.aborted) throw new EzrecError('timeout', 'a clip for phones took too long', { hint: 'it is made again later' })
  if (code !== 0) throw noGood('it could not be made', child.stderrTail())
}

const indexSchema = z.object({ streams: z.tuple([z.object({ width: z.int(), height: z.int(), nb_frames: z.coerce.number().int() })]) })

/** An exit code is not believed: as many pictures as its seconds have, of the size that was asked for. */
async function confirm(file: string, { width, height, fps }: PhoneFormat, { seconds }: PhoneClipWork, signal: AbortSignal): Promise<void> {
  const { stdout, stderr } = await runChild('ffprobe', indexArgs(file), { signal, timeoutMs: 60_000 })
  const stream = indexSchema.safeParse(jsonOf(stdout.toString('utf8'))).data?.streams[0]
  const wanted = Math.round(seconds * fps)
  if (stream?.width !== width || stream.height !== height || Math.abs(stream.nb_frames - wanted) > 1)
    throw noGood(`it has ${stream?.nb_frames ?? 0} of ${wanted} pictures`, stderr)
}

function noGood(what: string, stderr: string): EzrecError {
  const facts = { stderr: stderr.slice(-300) }
  // ffmpeg is who writes: of a full disk its words alone tell.
  if (/No space left on device|Disk quota exceeded/.test(stderr))
    return new EzrecError('disk_full', 'no space left to write a clip for phones', { hint: 'free space on this disk', facts })
  return new EzrecError('media_unreadable', `a clip for phones is no good: ${what}`, {
    hint: 'it is made again; the film is not affected',
    facts,
  })
}
