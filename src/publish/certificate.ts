// The certificate of a recording, from what the rows say: coverage, gaps with their causes, frames, clocks, hashes, and how to check them.
// Pure: the same facts give the same bytes. What was not measured is null, with the reason; nothing is signed.

import { instant } from '../booking/booking.ts'
import type { Input } from '../capture/input.ts'
import { filmFrames, type Recording } from '../capture/recording.ts'
import { cameras, type Camera, type Take } from '../capture/take.ts'
import { segmentFile } from '../capture/segment-writer.ts'
import { segmentsWithin, shareWithout } from '../check/coverage.ts'
import { measureClocks, type PairClocks } from '../check/pair-clocks.ts'
import type { FilmGrid } from '../check/timeline.ts'
import type { GapRow } from '../merge/chunk-store.ts'
import type { PictureFaultRow } from '../merge/picture-faults.ts'
import type { ShownCount } from '../merge/shown.ts'
import type { SyncedChunk } from '../merge/sync/correction.ts'
import { fitWindows } from '../merge/sync/drift-fit.ts'
import type { Certificate, Held } from './certificate-form.ts'
import type { Video } from './video.ts'

export type CertificateFacts = {
  readonly recording: Recording
  /** All that may hold footage of the window, segments whose files were erased since included; folders as they are to be told. */
  readonly takes: readonly Take[]
  /** By take: numbers of its erased segments. */
  readonly erased: ReadonlyMap<string, ReadonlySet<number>>
  readonly gaps: readonly GapRow[]
  readonly pictureFaults: readonly PictureFaultRow[]
  readonly shown: Readonly<Record<Camera, ShownCount>>
  /** Segments that the check found to be other than what was written. */
  readonly damaged: readonly { readonly take: string; readonly segment: number }[]
  readonly video: Video | undefined
  readonly bookends?: Certificate['bookends']
  /** The chunks of a film that was synced by its pictures. */
  readonly sync?: readonly SyncedChunk[] | undefined
  /** Why it was not. */
  readonly unsyncedBecause?: string | null
  /** What the box thought of its clock; `undefined` for a boot that nobody judged. */
  readonly clockOf: (bootId: string) => { readonly trusted: boolean; readonly synchronized: boolean } | undefined
  readonly softwareVersion: string
}

/** Of a recording whose merge is done. */
export function certificateOf(facts: CertificateFacts): Certificate {
  const { recording, takes, video } = facts
  const frames = filmFrames(recording)
  const clocks = clocksOf(recording, takes, frames)
  const silences: Certificate['notMeasured'] = []
  const told = <T>(what: string, value: T | null, why: string): T | null => {
    if (value === null) silences.push({ what, why })
    return value
  }
  const used = usedOf(recording, takes, frames)
  const heldOf = (input: Input): Held => ({
    coverage: shareWithout(missingOf(facts.gaps, input, frames), frames),
    gaps: facts.gaps
      .filter((gap) => gap.camera === input && gap.firstFrame < frames)
      .map((gap) => ({ ...spanOf(recording, gap, frames), frames: clipped(gap, frames), cause: gap.cause })),
    segments: used(input).map(({ take, segment, firstFrame }) => ({
      file: fileOf(take, segment.number),
      firstFrame: firstFrame + 0, // -0 is 0
      frames: segment.frames,
      bytes: segment.bytes,
      sha256: segment.sha256,
      erased: facts.erased.get(take.id)?.has(segment.number) ?? false,
    })),
  })
  const cameraOf = (camera: Camera): Certificate['cameras'][Camera] => {
    const drift = clocks.drift[camera]
    return {
      ...heldOf(camera),
      frames: told(`cameras.${camera}.frames`, countOf(facts.shown[camera], frames), 'not every chunk of this film was counted'),
      pictureFaults: facts.pictureFaults
        .filter((each) => each.camera === camera && each.firstFrame < frames)
        .map((each) => ({ ...spanOf(recording, each, frames), fault: each.fault })),
      drift: told(
        `cameras.${camera}.drift`,
        drift.is === 'known' ? driftFacts(drift.value) : null,
        drift.is === 'unknown' ? drift.why : '',
      ),
    }
  }
  const left = cameraOf('left')
  const right = cameraOf('right')
  const { offset } = clocks
  return {
    version: 1,
    recordingId: recording.id,
    bookingId: recording.bookingId,
    startsAt: instant(recording.startsAtMs),
    endsAt: instant(recording.endsAtMs),
    frames,
    fps: recording.fps,
    cameras: { left, right },
    ...(recording.sound ? { sound: heldOf('sound') } : {}),
    offset: told(
      'offset',
      offset.is === 'known'
        ? {
            ms: rounded(offset.value.ms.value, 3),
            uncertaintyMs: rounded(offset.value.ms.uncertainty, 3),
            frame: offset.value.frame,
            at: instantAt(recording, offset.value.frame),
          }
        : null,
      offset.is === 'unknown' ? offset.why : '',
    ),
    offsetFromPictures: told('offsetFromPictures', facts.sync ? pictureOffset(facts.sync, recording.fps) : null, byClocksAlone(facts)),
    clock: clockFacts(
      facts,
      takes.filter((take) => cameras.some((camera) => used(camera).some((each) => each.take === take))),
      told,
    ),
    segmentsReadBack: {
      done: recording.steps.some(({ name, state }) => name === 'check' && state === 'done'),
      damaged: facts.damaged.flatMap(({ take: id, segment }) => {
        const take = takes.find((each) => each.id === id)
        return take ? [fileOf(take, segment)] : []
      }),
    },
    film: told('film', video?.published ? filmFacts(recording, video, video.published, told) : null, 'the film is not published'),
    ...(facts.bookends?.length ? { bookends: facts.bookends } : {}),
    software: { name: 'ezrec', version: facts.softwareVersion },
    signed: false,
    notMeasured: silences,
    verify: [
      'sha256sum of each segment below TAKES_DIR and of the film below STORE_DIR gives the hashes told here',
      './ezrec fsck --deep compares every file of this home with its row',
      'this certificate is not signed: it proves what the box noted, not who filmed',
    ],
  }
}

function clocksOf({ origin, startsAtMs, fps }: Recording, takes: readonly Take[], frames: number): PairClocks {
  const grid: FilmGrid = { bootId: origin?.bootId ?? 'none', originUs: origin?.us ?? 0, startsAtMs, fps }
  return measureClocks(grid, origin ? takes : [], frames)
}

function usedOf({ origin, startsAtMs, fps }: Recording, takes: readonly Take[], frames: number) {
  const grid = origin && { bootId: origin.bootId, originUs: origin.us, startsAtMs, fps }
  const of = (input: Input) => (grid ? segmentsWithin(grid, input, takes, frames) : [])
  const found = { left: of('left'), right: of('right'), sound: of('sound') }
  return (input: Input) => found[input]
}

const fileOf = ({ folder }: Take, number: number): string => `${folder}/${segmentFile(number)}`

const clipped = ({ firstFrame, frames }: { readonly firstFrame: number; readonly frames: number }, filmLength: number): number =>
  Math.min(frames, filmLength - firstFrame)

/** Frames of a camera's gaps within the film. */
export const missingOf = (gaps: readonly GapRow[], camera: Input, frames: number): number =>
  gaps.filter((gap) => gap.camera === camera && gap.firstFrame < frames).reduce((sum, gap) => sum + clipped(gap, frames), 0)

function spanOf(recording: Recording, span: { readonly firstFrame: number; readonly frames: number }, filmLength: number) {
  const frames = clipped(span, filmLength)
  return {
    from: instantAt(recording, span.firstFrame),
    to: instantAt(recording, span.firstFrame + frames),
    fromSeconds: rounded(span.firstFrame / recording.fps, 3),
    seconds: rounded(frames / recording.fps, 3),
  }
}

/** When a frame of the film is, in UTC as the booking has it. */
const instantAt = ({ startsAtMs, fps }: Recording, frame: number): string => instant(Math.round(startsAtMs + (frame * 1_000) / fps))

/** Only if every frame of the film was counted. */
function countOf({ kept, repeated, missing }: ShownCount, expected: number): Certificate['cameras'][Camera]['frames'] {
  return kept + repeated + missing === expected ? { expected, kept, repeated, missing } : null
}

const driftFacts = (drift: {
  ppm: { value: number; uncertainty: number }
  seconds: number
  anchors: number
}): NonNullable<Certificate['cameras'][Camera]['drift']> => ({
  ppm: rounded(drift.ppm.value, 2),
  uncertaintyPpm: Math.max(0.01, rounded(drift.ppm.uncertainty, 2)),
  seconds: rounded(drift.seconds, 3),
  anchors: drift.anchors,
})

/** Why the pictures did not tell, and by how much the film may be out of step for it. */
function byClocksAlone({ recording, sync, unsyncedBecause }: CertificateFacts): string {
  if (recording.layout === 'single') return 'the film shows one camera at a time'
  if (!sync && recording.calibration) return 'what was measured is not kept any more'
  const why = sync
    ? 'in no part of the film did enough move where both cameras look'
    : (unsyncedBecause ?? 'the film was made without a calibration')
  return `${why}. The capture clocks alone put the cameras in step: the error to be expected is by how much longer one camera takes than the other from exposure to arrival, which no clock sees and offset.uncertaintyMs does not cover; next to none for two alike, some frames for others`
}

function pictureOffset(chunks: readonly SyncedChunk[], fps: number): NonNullable<Certificate['offsetFromPictures']> | null {
  const fit = fitWindows(chunks, fps)
  if (!fit) return null
  return {
    ms: rounded(fit.offsetMs, 2),
    residualMs: rounded(fit.residualMs, 2),
    ...(fit.driftPpm === undefined ? {} : { driftPpm: rounded(fit.driftPpm, 1) }),
    windows: fit.windows,
    outliers: fit.outliers,
    correctedFrames: { first: chunks.at(0)?.shift ?? 0, last: chunks.at(-1)?.shift ?? 0 },
  }
}

type Told = <T>(what: string, value: T | null, why: string) => T | null

function clockFacts({ clockOf }: CertificateFacts, takes: readonly Take[], told: Told): Certificate['clock'] {
  const boots = [...new Set(takes.map(({ bootId }) => bootId))]
  const judged = boots.flatMap((boot) => clockOf(boot) ?? [])
  const all = (is: (each: { trusted: boolean; synchronized: boolean }) => boolean): boolean | null =>
    boots.length > 0 && judged.length === boots.length ? judged.every(is) : null
  const why = boots.length === 0 ? 'there is no footage' : 'nobody judged the clock of that start of the machine, or it is forgotten'
  return {
    trusted: told(
      'clock.trusted',
      all(({ trusted }) => trusted),
      why,
    ),
    setByTimeServer: told(
      'clock.setByTimeServer',
      all(({ synchronized }) => synchronized),
      why,
    ),
    boots,
  }
}

const filmFacts = (
  { sound }: Recording,
  { id, objectKey }: Video,
  { atMs, status, frames, bytes, sha256, verdict, loudness }: NonNullable<Video['published']>,
  told: Told,
): NonNullable<Certificate['film']> => ({
  videoId: id,
  objectKey,
  status,
  publishedAt: instant(atMs),
  frames,
  bytes,
  sha256: told('film.sha256', sha256, 'the film is still being read for it'),
  verdict: told('film.verdict', verdict, 'the film was published before films were judged'),
  ...(sound ? { loudness: told('film.loudness', loudness, 'the sound is still being read for it') } : {}),
})

function rounded(value: number, places: number): number {
  const factor = 10 ** places
  return Math.round(value * factor) / factor + 0 // -0 is 0
}
