// What is written beside a merged film where it was asked for: its first picture, the one that messengers show, and thumbnails with their list.
// Sampled while the film is composed. Never holds a film up: what cannot be had is told.

import path from 'node:path'
import { messageOf } from '../../src/base/errors.ts'
import { writeDurably } from '../../src/base/files.ts'
import { mostThumbnails } from '../../src/merge/preview/preview-policy.ts'
import { openSmallPictures, type SmallPicture } from '../../src/merge/preview/small-pictures.ts'
import { posterOf } from '../../src/merge/poster.ts'
import type { PictureSize } from '../../src/merge/picture.ts'
import { mostInSheet, onGrid, sheetsOf, thumbnailList } from '../../src/publish/companions/sheets.ts'
import { previewJpeg, sheetJpeg } from '../../src/publish/companions/small-jpeg.ts'

/** Absolute; what is not named is not made. */
export type Beside = {
  readonly poster: string | undefined
  readonly preview: string | undefined
  /** The list (WebVTT); the sheets that it names stand beside it. */
  readonly thumbnails: string | undefined
}

/** All that may be written. */
export const filesOf = ({ poster, preview, thumbnails }: Beside): string[] => [
  ...[poster, preview].filter((file) => file !== undefined),
  ...(thumbnails === undefined ? [] : [thumbnails, ...Array.from({ length: mostSheets }, (_, n) => sheetOf(thumbnails, n + 1))]),
]

const mostSheets = Math.ceil((mostThumbnails + 1) / mostInSheet)

/** `both.vtt` names `both-1.jpg`. */
const sheetOf = (list: string, number: number): string => `${list.slice(0, list.length - path.extname(list).length)}-${number}.jpg`

export type PicturesBeside = {
  /** The init segment with the first chunk. */
  onFirstChunk(film: Buffer): void
  /** Every canvas, before it may be drawn on again. */
  see(frame: number, canvas: Buffer, lost: number): void
  /** When the film has its name. `frames` are the match's, `more` those of the whole file. */
  write(frames: number, more: { readonly intro: number; readonly all: number }): Promise<void>
  close(): Promise<void>
}

/** As that of a recording. */
const posterWidth = 1_280

export function openPicturesBeside(
  beside: Beside,
  { canvas, fps, say }: { readonly canvas: PictureSize; readonly fps: number; readonly say: (line: string) => void },
  signal: AbortSignal,
): PicturesBeside {
  const leftOut = (what: string) => (error: unknown) => {
    if (!signal.aborted) say(`warning: the ${what} is left out: ${messageOf(error)}`)
    return undefined
  }
  // Films need not have whole frames a second: the grid is of whole ones, the list of the film's own time.
  const grid = Math.max(1, Math.round(fps))
  let preview: SmallPicture | undefined
  let thumbnails: SmallPicture[] = []
  const small = openSmallPictures({
    canvas,
    fps: grid,
    onTrouble: leftOut('preview and the thumbnails'),
    onPicture: (picture) => {
      if (picture.kind === 'preview') preview = preview && preview.lost < picture.lost ? preview : picture
      else thumbnails = onGrid([...thumbnails, picture], { fps: grid, frames: picture.frame + 1 })
    },
  })
  let poster: Promise<Buffer | undefined> | undefined
  const writePreview = async (file: string, picture: SmallPicture): Promise<void> => writeDurably(file, await previewJpeg(picture, signal))
  const writeThumbnails = async (list: string, frames: number, film: { intro: number; all: number }): Promise<void> => {
    const kept = onGrid(thumbnails, { fps: grid, frames })
    for (const [n, sheet] of sheetsOf(kept).entries()) await writeDurably(sheetOf(list, n + 1), await sheetJpeg(sheet, signal))
    const nameOf = (number: number): string => encodeURIComponent(path.basename(sheetOf(list, number)))
    await writeDurably(list, Buffer.from(thumbnailList(kept, { fps, frames: film.all, introFrames: film.intro }, nameOf)))
  }
  return {
    onFirstChunk: (film) => {
      if (beside.poster !== undefined) poster = posterOf(film, posterWidth, signal).catch(leftOut('poster')) // while the rest is merged
    },
    see: (frame, picture, lost) => {
      if (beside.preview !== undefined || beside.thumbnails !== undefined) small.see(frame, picture, lost)
    },
    write: async (frames, film) => {
      const still = await poster
      if (beside.poster !== undefined && still) await writeDurably(beside.poster, still).catch(leftOut('poster'))
      if (beside.preview !== undefined && preview) await writePreview(beside.preview, preview).catch(leftOut('preview'))
      if (beside.thumbnails !== undefined) await writeThumbnails(beside.thumbnails, frames, film).catch(leftOut('list of thumbnails'))
    },
    close: async () => void (await poster),
  }
}
