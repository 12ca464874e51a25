import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simulatedCalibration } from '../capture/pitch/view.ts'
import { openPitch } from '../capture/pitch/pitch.ts'
import { openFilmExposure, type ExposureNote } from './film-exposure.ts'
import { spelledOut } from './film-calibration.ts'
import { calibrationSchema } from './stitch/calibration.ts'
import type { Exposure } from './stitch/exposure.ts'

const format = { width: 640, height: 360, fps: 25 }
const calibration = spelledOut(calibrationSchema.parse(simulatedCalibration(format)))
const pitches = { left: openPitch('left', format), right: openPitch('right', format) }
const pictures = { left: Buffer.from(pitches.left.picture(0)), right: Buffer.from(pitches.right.picture(0)) }

const darker = (picture: Buffer, by: number): Buffer => {
  const luma = format.width * format.height
  return Buffer.from(picture.map((value, n) => (n < luma ? Math.round(16 + (value - 16) * by) : value)))
}

/** What each frame of some chunks of ten frames is exposed by; the right camera gets darker from chunk to chunk. */
function play(chunks: readonly number[], last?: Pick<ExposureNote, 'reached' | 'next'>): { exposures: Exposure[]; notes: ExposureNote[] } {
  const notes: ExposureNote[] = []
  const film = openFilmExposure({ calibration, fps: 10, last, onNote: (note) => void notes.push(note) })
  const exposures = chunks.flatMap((chunk) => {
    film.begin(chunk * 10, 10)
    const right = darker(pictures.right, 1 - 0.05 * chunk)
    const own = Array.from({ length: 10 }, (_, n) => {
      film.see({ left: pictures.left, right })
      return film.at(chunk * 10 + n)
    })
    film.end(chunk * 10 + 9)
    return own
  })
  return { exposures, notes }
}

test('a film begins in the light that its first pair of pictures has, whatever the calibration was made in', () => {
  const [first] = play([0]).exposures
  // The rig's right camera is drawn with a gain of 0.85 to 0.90 and five code values more.
  assert.ok(first && first.y[0] > 1.08 && first.y[0] < 1.2, JSON.stringify(first))
})

test('a merge that goes on after any chunk exposes every frame as if it had not been interrupted', () => {
  const whole = play([0, 1, 2, 3])
  for (const from of [1, 2, 3]) {
    const resumed = play([0, 1, 2, 3].slice(from), whole.notes[from - 1])
    assert.deepEqual(resumed.exposures, whole.exposures.slice(from * 10), `after chunk ${from - 1}`)
  }
})

test('a chunk in which the film ended, before its booking was extended, tells where the light was: the next one goes on from there', () => {
  const notes: ExposureNote[] = []
  const open = (last?: Pick<ExposureNote, 'reached' | 'next'>) =>
    openFilmExposure({ calibration, fps: 10, last, onNote: (note) => void notes.push(note) })
  const film = open()
  /** The light of so many frames of a chunk of ten. */
  const chunk = (by: typeof film, frame: number, frames: number, right: Buffer): number[] => {
    by.begin(frame, 10)
    const gains = Array.from({ length: frames }, (_, n) => {
      by.see({ left: pictures.left, right })
      return by.at(frame + n).y[0]
    })
    by.end(frame + frames - 1)
    return gains
  }
  chunk(film, 0, 10, pictures.right)
  chunk(film, 10, 10, darker(pictures.right, 0.9))
  const partial = chunk(film, 20, 4, darker(pictures.right, 0.9))
  assert.equal(notes.length, 3, 'it is told, too')
  const [third = 0, fourth = 0] = partial.slice(2)
  const last = notes.at(-1)
  for (const next of [film, open(last)]) {
    const [first = 0] = chunk(next, 24, 10, darker(pictures.right, 0.9))
    assert.equal(first, last?.reached.y[0])
    assert.ok(fourth > third && Math.abs(first - fourth - (fourth - third)) < 1e-9, `${third} ${fourth} ${first}: no step`)
  }
})

test('what came to light in a chunk changes none of its frames, and those of the next one little by little', () => {
  const { exposures } = play([0, 1, 2, 3])
  assert.deepEqual(exposures[0], exposures[9])
  const gains = exposures.slice(20, 31).map(({ y: [gain] }) => gain)
  assert.deepEqual(
    gains.map((gain, n) => Math.sign(gain - (gains[n - 1] ?? 0))),
    gains.map(() => 1),
  )
})

test('a camera that shows nothing new is not compared', () => {
  const notes: ExposureNote[] = []
  const film = openFilmExposure({ calibration, fps: 10, last: undefined, onNote: (note) => void notes.push(note) })
  film.begin(0, 10)
  film.see({ left: pictures.left, right: undefined })
  film.end(9)
  assert.deepEqual(notes[0]?.next, { y: [1, 0], u: [1, 0], v: [1, 0] })
})

/** Both cameras open as the light goes, the right one later: at its worst it is a tenth darker. `part` of the evening has passed. */
const eveningAt = (part: number): { readonly left: number; readonly right: number } => {
  const light = 1 - 0.6 * part
  return { left: light * (1 + 0.9 * part), right: light * (1 + 0.9 * Math.max(0, part - 0.1)) }
}

test('through ninety minutes of dusk in five both halves keep one light, and nothing pumps', () => {
  const chunks = 150 // of two seconds
  const film = openFilmExposure({ calibration, fps: 10, last: undefined, onNote: () => undefined })
  const shown = ({ y: [gain, plus] }: Exposure): number => 94 * gain + plus // a middle grey above black
  const flicker = 0.003
  const seen: { readonly off: number; readonly gain: number }[] = []
  let first: Exposure | undefined
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const { left, right } = eveningAt(chunk / chunks)
    const lamp = chunk % 2 === 0 ? flicker : -flicker
    film.begin(chunk * 20, 20)
    film.see({ left: darker(pictures.left, left), right: darker(pictures.right, right + lamp) })
    const now = film.at(chunk * 20)
    film.end(chunk * 20 + 19)
    first ??= now
    seen.push({ off: shown(now) - (shown(first) * left) / right, gain: now.y[0] })
  }
  const worst = Math.max(...seen.map(({ off }) => Math.abs(off)))
  assert.ok(worst < 3, `the halves are at most ${worst} of 255 apart, eighteen times faster than life`)
  const changes = seen.slice(1).map(({ gain }, n) => gain - (seen[n]?.gain ?? gain))
  assert.ok(Math.max(...changes) > 0.002, 'it is a dusk that asks for something')
  const backwards = changes.slice(1).filter((change, n) => change * (changes[n] ?? 0) < 0 && Math.abs(change) > 2 * flicker)
  assert.deepEqual(backwards, [], 'a lamp that flickers is not followed')
})
