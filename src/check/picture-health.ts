// Whether a camera shows anything: black, covered or frozen pictures, from a few samples of one picture a second.
// Pure: pictures in, stretches out. Suspicion only: footage is flagged, never taken away.

export type PictureFault = 'black' | 'covered' | 'frozen'

/** Luma at a coarse grid, 0 to 255. */
export type Samples = Uint8Array

const columns = 48
const rows = 27

/** Samples of a picture whose luma plane comes first, `width` by `height` bytes. */
export function samplePicture(luma: Uint8Array, width: number, height: number): Samples {
  const samples = new Uint8Array(columns * rows)
  for (let row = 0; row < rows; row += 1) {
    const line = Math.floor(((row + 0.5) * height) / rows) * width
    for (let column = 0; column < columns; column += 1)
      samples[row * columns + column] = luma[line + Math.floor(((column + 0.5) * width) / columns)] ?? 0
  }
  return samples
}

/** Video black is 16; a court at night under one lamp still has brighter spots than this (the brightest twentieth counts). */
const blackBelow = 32
/** A hand, a bird's nest, fog on the glass: next to no difference between any two places. */
const coveredSpread = 12
/** A picture that is repeated differs by the encoder's rounding alone: measured on frozen streams, at most 1.4 % of the samples by more than 7;
 *  on the simulated match several times as many. */
const sameWithin = 7
const sameShare = 0.02
/** Rounding never goes so far (at most 15 on frozen streams); one player far away who moves changes three samples by more: a court on which
 *  somebody plays is not frozen, however much of it stands still. Counted from the first picture of a stretch, slow light and steps, too. */
const strongly = 24
const fewSamples = 2

/** So many seconds in a row make a suspicion: a goal celebration in front of the lens is none. */
const untilTold: Readonly<Record<PictureFault, number>> = { black: 3, covered: 5, frozen: 8 }

/** What is wrong with one picture, given the one a second before. */
export function faultOf(now: Samples, before: Samples | undefined): PictureFault | undefined {
  const sorted = now.toSorted()
  const high = sorted[Math.floor(sorted.length * 0.95)] ?? 0
  const low = sorted[Math.floor(sorted.length * 0.05)] ?? 0
  if (high < blackBelow) return 'black'
  if (high - low < coveredSpread) return 'covered'
  const isSame = before !== undefined && changed(before, now, sameWithin) < now.length * sameShare && !hasMoved(before, now)
  return isSame ? 'frozen' : undefined
}

const hasMoved = (before: Samples, now: Samples): boolean => changed(before, now, strongly) > fewSamples

/** Samples that differ by more than `within`. */
const changed = (before: Samples, now: Samples, within: number): number =>
  before.reduce((sum, each, n) => sum + (Math.abs(each - (now[n] ?? 0)) > within ? 1 : 0), 0)

export type FaultyStretch = { readonly fault: PictureFault; readonly firstFrame: number; readonly frames: number }

export type PictureWatch = {
  /** A picture shown at a frame; called about once a second. Returns the stretch as it stands while there is a suspicion. */
  see(frame: number, samples: Samples): FaultyStretch | undefined
  /** Nothing is shown: what was suspected is over. */
  miss(): void
  /** The film ends before this frame: a stretch that lasts until then is told at half its time, nobody will see how it goes on. */
  end(frames: number): FaultyStretch | undefined
}

/** Without its first picture where it was told before this watch was opened. */
type Running = { readonly fault: PictureFault; readonly firstFrame: number; readonly first: Samples | undefined }

/** Of one camera, for a film of `fps`; `toldBefore`: what it was suspected of up to the first picture that is seen. */
export function openPictureWatch(fps: number, toldBefore?: Pick<FaultyStretch, 'fault' | 'firstFrame'>): PictureWatch {
  let before: Samples | undefined
  let running: Running | undefined = toldBefore && { ...toldBefore, first: undefined }
  const told = ({ fault, firstFrame }: Running, until: number, seconds: number): FaultyStretch | undefined =>
    until - firstFrame < seconds * fps ? undefined : { fault, firstFrame, frames: until - firstFrame }
  return {
    see: (frame, samples) => {
      const fault = faultOf(samples, before)
      if (running?.fault === 'frozen' && !before && !fault) {
        running = { ...running, first: samples } // whether it still is, the next picture tells
        before = samples
        return undefined
      }
      const begin: Running | undefined = fault && {
        fault,
        firstFrame: fault === 'frozen' ? Math.max(0, frame - fps) : frame, // the picture that it repeats is frozen too
        first: (fault === 'frozen' ? before : undefined) ?? samples,
      }
      const goesOn =
        running !== undefined && running.fault === fault && !(fault === 'frozen' && running.first && hasMoved(running.first, samples))
      if (!goesOn) running = begin
      before = samples
      return running && told(running, frame + fps, untilTold[running.fault] + 1)
    },
    miss: () => {
      before = undefined
      running = undefined
    },
    end: (frames) => running && told(running, frames, untilTold[running.fault] / 2),
  }
}
