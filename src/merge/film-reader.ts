// One film file's pictures by frame of the merged film: placed by their own time stamps, counted from the film's first picture.
// Never pairs by counting: a hole stays a hole, and after the film's last picture there is none.

import type { Turn } from '../../config/picture-words.ts'
import { ffmpegBase, turnFilter } from '../adapters/ffmpeg.ts'
import { EzrecError } from '../base/errors.ts'
import { filmInputArgs, type FilmFacts } from './film-facts.ts'
import type { Rate } from './film-timing-policy.ts'
import { startPictureChild, type DecodedPicture } from './picture-child.ts'

/** `repeat` bridges a short hole with the picture before it, or was given for this frame already. `data` is valid until the next call. */
export type FilmPicture = { readonly is: 'picture' | 'repeat'; readonly data: Buffer } | { readonly is: 'hole' | 'ended' }

export type FilmReader = {
  /** Frames must be asked for in growing order; the last one may be asked for again. Errors: media_unreadable. */
  at(frame: number): Promise<FilmPicture>
  /** What its decoder complained of last, `undefined` while it has not: pictures are then lost or smeared. */
  complaint(): string | undefined
  close(): Promise<void>
}

/** Of the film's own frames, as in the follower: a longer hole shows the card. */
const longestRepeat = 5

export type DecodedFilm = Pick<FilmFacts, 'file' | 'form' | 'width' | 'height' | 'before' | 'colours'> & {
  /** Its own: its last picture stands for a step of it. */
  readonly rate?: Rate
}

/** The film's video as raw pictures on stdout, and on descriptor 3 a line per picture with its time stamp (90 kHz): as it stands in the film,
 *  else ffmpeg closes holes of more than 10 s in transport streams, and all behind them would be shown too early. */
export function decodeFilmArgs({ file, form, width, height, before, colours }: DecodedFilm, turn: Turn): string[] {
  const oneThread = ['-threads', '1'] // two would keep a picture back, only to copy it
  const passthrough = ['-fps_mode', 'passthrough', '-enc_time_base', '1:90000']
  const prepared = before.map((filter) => `${filter},`).join('')
  const picture = `[0:V:0]${prepared}scale=${width}:${height}:flags=bilinear${colours},format=yuv420p${turnFilter(turn)},split[picture][mark];[mark]crop=2:2:0:0[small]`
  return [
    [...ffmpegBase, '-copyts', '-threads', '1', ...filmInputArgs(form, file)],
    ['-filter_complex', picture],
    ['-map', '[picture]', ...passthrough, ...oneThread, '-f', 'rawvideo', 'pipe:1'],
    ['-map', '[small]', ...passthrough, ...oneThread, '-flush_packets', '1', '-f', 'framecrc', 'pipe:3'],
  ].flat()
}

/** `rate` is the merged film's; `room` is for its pictures, see picture-queue.ts. */
export async function openFilmReader(film: DecodedFilm, rate: Rate, turn: Turn, room?: readonly Buffer[]): Promise<FilmReader> {
  const pictures = await startPictureChild('ffmpeg', decodeFilmArgs(film, turn), film, { room })
  const next = async (): Promise<DecodedPicture | undefined> => {
    const picture = await inTime(pictures.next(), film)
    if (picture) return picture
    const { code, signal } = await pictures.child.exited
    if (code === 0) return undefined
    throw new EzrecError('media_unreadable', `the decoder of ${film.file} ended in the middle`, {
      hint: 'play the film with ffplay to see where it is damaged',
      facts: { path: film.file, exit: code ?? signal ?? '', stderr: pictures.child.stderrTail().slice(-300) },
    })
  }
  const at = placePictures(next, rate, film.rate)
  return {
    at,
    complaint: () =>
      pictures.child
        .stderrTail()
        .trim()
        .split('\n')
        .findLast((line) => line !== '' && !startsLate.test(line))
        ?.slice(-200),
    close: pictures.close,
  }
}

/** A film that was cut in mid-group: its pictures begin with the next key picture, and none of those is damaged. */
const startsLate = /no frame!|non-existing [PS]PS|decode_slice_header error/

/** A decoder that gives nothing for so long stands still: on a busy small board a picture takes a second at worst. */
const patienceMs = 300_000

async function inTime<T>(picture: Promise<T>, { file }: DecodedFilm): Promise<T> {
  const late = Promise.withResolvers<never>()
  const hint = 'play the film with ffplay to see whether it is damaged'
  const timer = setTimeout(
    () => late.reject(new EzrecError('media_unreadable', `${file} gave no picture for ${patienceMs / 1_000} s`, { hint })),
    patienceMs,
  )
  try {
    return await Promise.race([picture, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Frame by frame from pictures in time order. Of two that fall on one frame the first stands; one out of order is left out.
 *  `own`: the film's rate, the last picture lasts for a step of it. */
export function placePictures(next: () => Promise<DecodedPicture | undefined>, rate: Rate, own = rate): FilmReader['at'] {
  const step = (rate.num * own.den) / (rate.den * own.num)
  const lastFor = Math.round(step)
  const bridged = Math.ceil((longestRepeat + 1) * step) - 1
  let firstTicks: number | undefined
  let head: { readonly frame: number; readonly data: Buffer } | undefined
  let before: { readonly frame: number; readonly data: Buffer } | undefined
  let over = false
  let asked = -1
  return async (frame) => {
    const isAgain = frame === asked
    asked = frame
    while (!over && (head === undefined || head.frame < frame)) {
      if (head) before = head // still ours: the decoder lends a picture until the next but one is asked for
      const picture = await next()
      if (!picture) {
        over = true
        head = undefined
        break
      }
      firstTicks ??= picture.ticks
      head = { frame: Math.round(((picture.ticks - firstTicks) * rate.num) / (rate.den * 90_000)), data: picture.data }
    }
    if (!head) return before && frame - before.frame < lastFor ? { is: 'repeat', data: before.data } : { is: 'ended' }
    if (head.frame === frame) return { is: isAgain ? 'repeat' : 'picture', data: head.data }
    if (before && head.frame - before.frame - 1 <= bridged) return { is: 'repeat', data: before.data }
    return { is: 'hole' }
  }
}
