// Which frame of the scene a camera shows at which instant, for hours, with phase and drift.
// Pure: times come in as values; nothing here waits.

/** How a camera's clock differs from the scene's. */
export type CameraClock = {
  readonly fps: number
  /** Capture instants lie this much after the scene's frame changes. Milliseconds, not negative. */
  readonly phaseMs: number
  /** The camera's frame period is (1 + this * 1e-6) times the nominal one. Parts per million. */
  readonly driftPpm: number
  /** Scene frames from one group of pictures to the next. */
  readonly groupFrames: number
  /** Scene frame, modulo `groupFrames`, with which the loop's groups of pictures begin. */
  readonly firstFrame: number
}

/** One group of pictures to show: `frames` of them (one less or more than `groupFrames` where drift has moved the camera by a frame). */
export type Gop = {
  /** Index, since the machine's boot, of the scene frame that the first picture shows. */
  readonly sceneFrame: number
  readonly frames: number
  /** Frames that the camera has captured before this group. */
  readonly captured: number
  /** The instant of the camera's very first capture, in nominal frame periods since boot. */
  readonly startPosition: number
}

/** The scene frame, modulo `groupFrames`, with which the groups of a camera of this phase should begin: the loop must be encoded for it. */
export const gopOffset = (fps: number, phaseMs: number, groupFrames: number): number => Math.floor(phaseFrames(fps, phaseMs)) % groupFrames

/** The first group whose first capture is not before `nowUs` (CLOCK_MONOTONIC): at most one group away. */
export function firstGop(nowUs: number, clock: CameraClock): Gop {
  const { fps, groupFrames } = clock
  const fraction = phaseFrames(fps, clock.phaseMs) % 1
  const sceneFrame = Math.ceil(((nowUs * fps) / 1e6 - fraction - clock.firstFrame) / groupFrames) * groupFrames + clock.firstFrame
  return planned(sceneFrame, 0, sceneFrame + fraction, clock)
}

export const nextGop = (gop: Gop, clock: CameraClock): Gop =>
  planned(gop.sceneFrame + clock.groupFrames, gop.captured + gop.frames, gop.startPosition, clock)

/** The instant at which capture `index` of the camera happens, in microseconds of CLOCK_MONOTONIC. */
export const captureUs = (startPosition: number, index: number, clock: CameraClock): number =>
  (positionOf(startPosition, index, clock) * 1e6) / clock.fps

/** A group of scene has `groupFrames` frames; the camera captures one less or more when it has slipped by a whole frame at the end of it,
 *  because inside a group of pictures no frame may be left out. So the picture is never more than one frame from the truth. */
function planned(sceneFrame: number, captured: number, startPosition: number, clock: CameraClock): Gop {
  const { groupFrames } = clock
  const atEnd = Math.floor(positionOf(startPosition, captured + groupFrames, clock) + tolerance)
  const slip = Math.sign(atEnd - (sceneFrame + groupFrames))
  return { sceneFrame, frames: groupFrames - slip, captured, startPosition }
}

const positionOf = (startPosition: number, index: number, clock: CameraClock): number => startPosition + index * (1 + clock.driftPpm * 1e-6)

const phaseFrames = (fps: number, phaseMs: number): number => (phaseMs * fps) / 1000 + tolerance

/** Frames. Keeps a whole number that floating point made a little smaller on its side. */
const tolerance = 1e-7
