import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { rigPictures } from '../../../lab/rig-pictures.ts'
import { rigEnvironment } from '../../../tests/real-session.ts'
import { simulatedCalibration } from '../../capture/pitch/view.ts'
import type { Camera } from '../../capture/take.ts'
import { calibrationSchema, type Calibration } from '../stitch/calibration.ts'
import { multiply } from '../stitch/homography.ts'
import type { RigVerdict } from '../sync/rig-watch.ts'
import type { Shown } from '../track-reader.ts'
import { asksToTurn, openFilmRig, openKnownTurn, type FilmRigOptions } from './film-rig.ts'
import type { RigLook } from './rig-store.ts'

const fps = 25
const chunkFrames = 50
const format = { width: 640, height: 360, fps }
const calibration = calibrationSchema.parse(simulatedCalibration(format))
/** Of a rig whose right camera stood two pixels higher. */
const other: Calibration = { ...calibration, homography: multiply(calibration.homography, [1, 0, 0, 0, 1, 2, 0, 0, 1]) }

const pictures = new Map<Camera, Buffer[]>()
before(async () => {
  for (const camera of ['left', 'right'] as const)
    pictures.set(camera, await rigPictures(camera, format, { from: 0, frames: 10 }, rigEnvironment.CACHE_DIR))
})

const shown = (camera: Camera, frame: number): Shown => ({
  is: 'picture',
  data: pictures.get(camera)?.[frame % 10] ?? assert.fail(),
  frame,
  exactFrame: frame,
})

type Seen = { readonly looks: RigLook[]; readonly verdicts: RigVerdict['is'][]; readonly turns: number | undefined }

/** Chunk after chunk, as a film is composed, until it turns; `lost`: frames that a camera did not show. */
function watched(
  change: Partial<FilmRigOptions> & { readonly fromChunk?: number; readonly chunks: number; readonly lost?: (frame: number) => boolean },
): Seen {
  const { fromChunk = 0, chunks, lost = () => false, ...options } = change
  const looks: RigLook[] = []
  const verdicts: RigVerdict['is'][] = []
  const rig = openFilmRig({
    ...{ calibration, size: { left: format, right: format }, fps, chunkFrames, drawn: 'panorama', looks: [] },
    ...options,
    onNote: (look) => void looks.push(look),
    onVerdict: ({ is }) => void verdicts.push(is),
  })
  for (let frame = fromChunk * chunkFrames; frame < chunks * chunkFrames; frame += 1) {
    if (frame % chunkFrames === 0 && rig.turnsAt(frame)) return { looks, verdicts, turns: frame }
    if (frame % chunkFrames === 0) rig.begin(frame)
    rig.see({ left: shown('left', frame), right: lost(frame) ? { is: 'missing', cause: 'stalled' } : shown('right', frame) })
    if (frame % chunkFrames === chunkFrames - 1) rig.end(frame)
  }
  return { looks, verdicts, turns: undefined }
}

const seconds = ({ looks }: Seen): number[] => looks.map(({ frame }) => frame / fps)

test('a rig that stands is looked at each 20 seconds, three times at first; one that has moved makes the film turn at the next chunk', () => {
  const steady = watched({ chunks: 16 })
  assert.deepEqual([seconds(steady), steady.verdicts, steady.turns], [[0, 4, 8, 28], ['steady'], undefined])
  const moved = watched({ chunks: 16, calibration: other })
  assert.deepEqual([seconds(moved), moved.verdicts, moved.turns], [[0, 4, 8], ['moved'], 10 * fps])
})

test('a merge that goes on from the rows looks and turns as it would have', () => {
  const whole = watched({ chunks: 16, calibration: other })
  for (const fromChunk of [1, 2, 4]) {
    const looks = whole.looks.filter(({ frame }) => frame < fromChunk * chunkFrames)
    const rest = watched({ chunks: 16, calibration: other, fromChunk, looks })
    assert.deepEqual([[...looks, ...rest.looks], rest.turns], [whole.looks, whole.turns])
  }
})

test('a chunk in which a camera was away is not judged: the next one is', () => {
  const seen = watched({ chunks: 5, lost: (frame) => frame >= 12 && frame < 55 })
  assert.deepEqual(seconds(seen), [2, 6])
})

test('pictures that stand side by side become a panorama again when the rig stands as it did, and stay while it does not', () => {
  assert.equal(watched({ chunks: 16, drawn: 'side-by-side' }).turns, 10 * fps)
  assert.equal(watched({ chunks: 16, drawn: 'side-by-side', calibration: other }).turns, undefined)
  for (const verdict of [{ is: 'unknown', why: 'dark' }] as const)
    assert.deepEqual([asksToTurn('panorama', verdict), asksToTurn('side-by-side', verdict)], [false, false])
})

test('a film whose drawing is known turns where its rows say, at the first chunk that is not before', () => {
  const rig = openKnownTurn(250)
  assert.deepEqual(
    [200, 249, 250, 275].map((frame) => rig.turnsAt(frame)),
    [false, false, true, true],
  )
  assert.equal(openKnownTurn(undefined).turnsAt(1e6), false)
})
