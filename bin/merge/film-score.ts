// The score of a film of two films, read from a file once and drawn by the film's own time.
// Never the file that a box draws while it records: that one says what stands now.

import type { SetBranding } from '../../config/settings.ts'
import { readScoreCues, rowsOf } from '../../src/merge/branding/score-cues.ts'
import { openScoreDrawing } from '../../src/merge/branding/score-panel.ts'
import type { PictureSize } from '../../src/merge/picture.ts'

export type GivenScore = { readonly file: string; readonly style: SetBranding['scorePlace'] & { readonly margin: number } }

/** Draws what stands at a frame of the match; frames come in order. */
export type DrawScore = (frame: number, canvas: Buffer) => void

/** A drawing for each pass over the film. Errors: invalid. */
export async function readGivenScore(
  { file, style }: GivenScore,
  film: { readonly fps: number; readonly canvas: PictureSize; readonly say: (line: string) => void },
  signal: AbortSignal,
): Promise<() => DrawScore> {
  const { cues, undrawn } = await readScoreCues(file, signal)
  if (undrawn !== '') film.say(`note: ${file}: letters that cannot be drawn are left out: ${undrawn}`)
  const rows = rowsOf(cues, film.fps)
  return () => {
    const draw = openScoreDrawing(style)
    let next = 0
    let text = ''
    return (frame, canvas) => {
      for (; (rows[next]?.firstFrame ?? Number.POSITIVE_INFINITY) <= frame; next += 1) text = rows[next]?.text ?? ''
      draw(text, canvas, film.canvas)
    }
  }
}
