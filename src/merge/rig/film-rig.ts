// An eye on the rig while a panorama is composed: a look at five pairs of pictures of one chunk, each 20 s of film; sooner while looks disagree.
// Never looks across two chunks, and knows nothing that the rows of the chunks before do not tell: a merge that goes on decides the same.

import type { Camera } from '../../capture/take.ts'
import type { PictureSize } from '../picture.ts'
import type { Calibration } from '../stitch/calibration.ts'
import { openPatchStack } from '../sync/overlap-patches.ts'
import { measureResidual } from '../sync/overlap-residual.ts'
import { openJudgement, pairsPerLook, type RigVerdict } from '../sync/rig-watch.ts'
import type { Shown } from '../track-reader.ts'
import type { Redrawn, RigLook } from './rig-store.ts'

export type FilmRig = {
  /** A chunk begins with this frame. */
  begin(frame: number): void
  /** What the cameras gave to the next frame. */
  see(shown: Readonly<Record<Camera, Shown>>): void
  /** The chunk's last frame was seen. */
  end(frame: number): void
  /** Whether the film is to be drawn otherwise from this frame on, with which a chunk would begin. */
  turnsAt(frame: number): boolean
}

export type FilmRigOptions = {
  readonly calibration: Calibration
  /** Of the pictures as they are shown, turned. */
  readonly size: Readonly<Record<Camera, PictureSize>>
  readonly fps: number
  readonly chunkFrames: number
  readonly drawn: Redrawn['drawn']
  /** Since it is drawn so. */
  readonly looks: readonly RigLook[]
  readonly onNote: (look: RigLook) => void
  readonly onVerdict: (verdict: RigVerdict) => void
}

/** Film seconds from one look to the next. */
const usualSeconds = 20
const undecidedSeconds = 4

/** What a verdict asks for: what is drawn as a panorama ends when the rig has moved, and comes back when it stands as it did. */
export const asksToTurn = (drawn: Redrawn['drawn'], verdict: RigVerdict): boolean =>
  verdict.is === (drawn === 'panorama' ? 'moved' : 'steady')

export function openFilmRig({ calibration, size, fps, chunkFrames, drawn, onNote, onVerdict, ...options }: FilmRigOptions): FilmRig {
  const stack = openPatchStack(calibration, size)
  const judgement = openJudgement(calibration.quality?.rmsPx)
  for (const { residual } of options.looks) judgement.judge(residual)
  const apart = Math.max(1, Math.floor(chunkFrames / pairsPerLook))
  let last = options.looks.at(-1)?.frame
  let looksAt: number | undefined
  let place = 0
  return {
    begin: (frame) => {
      const rest = (judgement.isUndecided ? undecidedSeconds : usualSeconds) * fps
      looksAt = last === undefined || frame - last >= rest ? frame : undefined
      place = 0
    },
    see: ({ left, right }) => {
      const isWanted = looksAt !== undefined && stack.size() < pairsPerLook && place >= stack.size() * apart
      place += 1
      if (isWanted && left.is === 'picture' && right.is === 'picture') stack.add(left.data, right.data)
    },
    end: () => {
      const isWhole = stack.size() === pairsPerLook
      const pairs = stack.take()
      if (looksAt === undefined || !isWhole) return // a camera that was away: the next chunk is looked at
      const look = { frame: looksAt, residual: measureResidual(stack.form, pairs.left, pairs.right) }
      last = looksAt
      onNote(look)
      const changed = judgement.judge(look.residual)
      if (changed) onVerdict(changed)
    },
    turnsAt: () => asksToTurn(drawn, judgement.verdict),
  }
}

/** Of a film whose drawing is known to its end: it turns where its rows say, whatever its pictures show. */
export const openKnownTurn = (next: number | undefined): FilmRig => ({
  begin: () => undefined,
  see: () => undefined,
  end: () => undefined,
  turnsAt: (frame) => next !== undefined && frame >= next,
})
