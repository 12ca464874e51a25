// Thumbnails in sheets of a hundred, and the list (WebVTT) that says which part of which sheet belongs to which seconds of the film. Pure.
// Never encodes: raw pictures in, raw sheets out.

import { planesOf, type PictureSize } from '../../merge/picture.ts'
import { thumbnailSeconds } from '../../merge/preview/preview-policy.ts'
import type { SmallPicture } from '../../merge/preview/small-pictures.ts'
import { sheetName } from './companion-store.ts'

const columns = 10
export const mostInSheet = 100

export type Sheet = PictureSize & { readonly data: Buffer }

/** Pictures of one size, row by row; the last sheet is only as high as it must be. */
export function sheetsOf(thumbnails: readonly SmallPicture[]): Sheet[] {
  const sheets: Sheet[] = []
  for (let from = 0; from < thumbnails.length; from += mostInSheet) sheets.push(sheetOf(thumbnails.slice(from, from + mostInSheet)))
  return sheets
}

function sheetOf(tiles: readonly SmallPicture[]): Sheet {
  const tile = { width: tiles[0]?.width ?? 2, height: tiles[0]?.height ?? 2 }
  const size = { width: tile.width * Math.min(columns, tiles.length), height: tile.height * Math.ceil(tiles.length / columns) }
  const data = blackPicture(size)
  const targets = planesOf(size)
  for (const [n, { data: picture }] of tiles.entries())
    for (const [p, source] of planesOf(tile).entries()) {
      const target = targets[p]
      if (!target) continue
      const at = target.offset + Math.floor(n / columns) * source.rows * target.stride + (n % columns) * source.stride
      for (let line = 0; line < source.rows; line += 1) {
        const from = source.offset + line * source.stride
        data.set(picture.subarray(from, from + source.stride), at + line * target.stride)
      }
    }
  return { ...size, data }
}

function blackPicture({ width, height }: PictureSize): Buffer {
  return Buffer.concat([Buffer.alloc(width * height, 16), Buffer.alloc((width * height) / 2, 128)])
}

/** WebVTT with media fragments (`#xywh=`), which players that show thumbnails read: each cue lasts until the next one begins, the first from
 *  the film's start, the last to its end. `introFrames` stand before the frames that thumbnails count; `frames` are the whole file's. `nameOf`: a sheet's, from 1. */
export function thumbnailList(
  thumbnails: readonly SmallPicture[],
  film: { readonly fps: number; readonly frames: number; readonly introFrames: number },
  nameOf: (number: number) => string = sheetName,
): string {
  const cues = thumbnails.map(({ frame, width, height }, n) => {
    const next = thumbnails[n + 1]
    const from = n === 0 ? 0 : film.introFrames + frame
    const end = next ? film.introFrames + next.frame : Math.max(film.frames, from + 1)
    const place = n % mostInSheet
    const where = [(place % columns) * width, Math.floor(place / columns) * height, width, height].join()
    return `${timeInCue(from / film.fps)} --> ${timeInCue(end / film.fps)}\n${nameOf(Math.floor(n / mostInSheet) + 1)}#xywh=${where}\n`
  })
  return ['WEBVTT', '', ...cues].join('\n')
}

/** `01:02:03.040` */
export function timeInCue(seconds: number): string {
  const ms = Math.round(seconds * 1_000)
  const pad = (value: number, digits = 2): string => String(Math.floor(value)).padStart(digits, '0')
  return `${pad(ms / 3_600_000)}:${pad((ms / 60_000) % 60)}:${pad((ms / 1_000) % 60)}.${pad(ms % 1_000, 3)}`
}

/** The thumbnails that stand on the grid of the whole film, of one size: what an earlier canvas or a film made shorter left is out. */
export function onGrid(thumbnails: readonly SmallPicture[], film: { readonly fps: number; readonly frames: number }): SmallPicture[] {
  const inFilm = thumbnails.filter(({ frame }) => frame < film.frames)
  const [first] = inFilm
  const grid = thumbnailSeconds(film.frames / film.fps) * film.fps
  return inFilm.filter(({ frame, width, height }) => frame % grid === 0 && width === first?.width && height === first.height)
}
