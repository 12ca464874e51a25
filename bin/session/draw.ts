// A look at a recording as lines of text: pure. In a terminal the block is drawn in place; elsewhere a line is said now and then.
// Never looks anything up: it shows what it is given.

import { tellFilm } from '../../config/film-profiles.ts'
import type { CameraLook, Look } from './watch.ts'
import { plural } from '../../src/base/words.ts'

/** The block that a terminal shows: one line per stage of the path, each of them within 80 columns. */
export function drawLook(look: Look): string[] {
  const { nowMs, startsAtMs, endsAtMs } = look
  const total = (endsAtMs - startsAtMs) / 1_000
  const played = Math.min(total, Math.max(0, (nowMs - startsAtMs) / 1_000))
  const headline =
    nowMs < startsAtMs
      ? `starts in ${((startsAtMs - nowMs) / 1_000).toFixed(1)} s`
      : nowMs < endsAtMs
        ? `recording ${played.toFixed(1)} of ${total.toFixed(0)} s`
        : finishing(look)
  const merged = look.filmFrames === 0 ? 0 : look.mergedFrames / look.filmFrames
  return [
    `  booking  ${bar(total === 0 ? 1 : played / total)}  ${headline}`,
    ...look.cameras.map(drawCamera),
    `  merge    ${bar(merged)}  ${look.mergedFrames} of ${look.filmFrames} frames, ${plural(look.chunks, 'chunk')}`,
    `  publish  ${look.video?.published ? `${bar(1)}  published` : `${bar(merged, '-')}  ${mebibytes(look.bodyBytes)} stored`}`,
    `  film     ${tellFilm(look.size)}`,
  ]
}

/** After the end: what is left to do, and that a busy machine is the reason when it is much. */
function finishing({ nowMs, endsAtMs, filmFrames, mergedFrames }: Look): string {
  return nowMs - endsAtMs > 5_000 && mergedFrames < filmFrames
    ? `machine busy: ${filmFrames - mergedFrames} frames left to merge`
    : 'finishing'
}

function drawCamera({ camera, frames, takes, alive, missingFrames }: CameraLook): string {
  const state = alive ? 'on ' : takes === 0 ? 'off' : 'end'
  const trouble = [...(takes > 1 ? [`take ${takes}`] : []), ...(missingFrames > 0 ? [`${missingFrames} frames missing`] : [])]
  return `  ${camera.padEnd(8)} ${state}  ${frames} frames${trouble.length > 0 ? `  (${trouble.join(', ')})` : ''}`
}

/** The same in one line, for logs and pipes. */
export function sayLook(look: Look): string {
  const cameras = look.cameras.map((c) => `${c.camera} ${c.frames}${c.missingFrames > 0 ? ` (-${c.missingFrames})` : ''}`).join(', ')
  return `${drawLook(look)[0]?.split('  ').at(-1) ?? ''}: frames ${cameras}; merged ${look.mergedFrames}/${look.filmFrames} in ${plural(look.chunks, 'chunk')}; stored ${mebibytes(look.bodyBytes)}; ${tellFilm(look.size)}`
}

export const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`

function bar(share: number, full = '#'): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * 24)
  return `[${full.repeat(filled)}${' '.repeat(24 - filled)}]`
}

/** Draws blocks in place on a terminal, or says a line each `sayEveryMs` where there is none. A line that wrapped would not be found again: all are cut. */
export function openDrawing(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>,
  say: (line: string) => void,
  sayEveryMs = 5_000,
): { show(look: Look): void; end(): void } {
  let drawn = 0
  let saidMs = 0
  return {
    show: (look) => {
      if (stream.isTTY) {
        const width = (stream.columns > 0 ? stream.columns : 80) - 1
        const lines = drawLook(look).map((line) => line.slice(0, width))
        stream.write(`${drawn > 0 ? `\u001B[${drawn}A` : ''}${lines.map((line) => `\u001B[2K${line}\n`).join('')}`)
        drawn = lines.length
      } else if (look.nowMs - saidMs >= sayEveryMs) {
        saidMs = look.nowMs
        say(sayLook(look))
      }
    },
    end: () => {
      drawn = 0
    },
  }
}
