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

/** So many seconds in a row make a suspicion: a goal celebration in front of the lens is none. */
const untilTold: Readonly<Record<PictureFault, number>> = { black: 3, covered: 5, frozen: 8 }

/** What is wrong with one picture, given the one a second before. */
export function faultOf(now: Samples, before: Samples | undefined): PictureFault | undefined {
  const sorted = now.toSorted()
  const high = sorted[Math.floor(sorted.length * 0.95)] ?? 0
  const low = sorted[Math.floor(sorted.length * 0.05)] ?? 0
  if (high < blackBelow) return 'black'
  if (high - low < coveredSpread) return 'covered'
  const moved = before?.reduce((sum, each, n) => sum + (Math.abs(each - (now[n] ?? 0)) > sameWithin ? 1 : 0), 0)
  return moved !== undefined && moved < now.length * sameShare ? 'frozen' : undefined
}

export type FaultyStretch = { readonly fault: PictureFault; readonly firstFrame: number; readonly frames: number }

export type PictureWatch = {
  /** A picture shown at a frame; called about once a second. Returns the stretch as it stands while there is a suspicion. */
  see(frame: number, samples: Samples): FaultyStretch | undefined
  /** Nothing is shown: what was suspected is over. */
  miss(): void
}

/** Of one camera, for a film of `fps`. */
export function openPictureWatch(fps: number): PictureWatch {
  let before: Samples | undefined
  let running: { readonly fault: PictureFault; readonly firstFrame: number } | undefined
  return {
    see: (frame, samples) => {
      const fault = faultOf(samples, before)
      const since = before === undefined || fault !== 'frozen' ? frame : frame - fps // the picture that it repeats is frozen too
      before = samples
      if (fault === undefined) running = undefined
      else if (running?.fault !== fault) running = { fault, firstFrame: Math.max(0, since) }
      if (!running || frame - running.firstFrame < untilTold[running.fault] * fps) return undefined
      return { ...running, frames: frame - running.firstFrame + fps }
    },
    miss: () => {
      before = undefined
      running = undefined
    },
  }
}
