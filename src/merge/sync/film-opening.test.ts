import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rigFilm } from '../../../tests/rig-film.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { upright } from '../../adapters/ffmpeg.ts'
import { simulatedCalibration } from '../../capture/pitch/view.ts'
import { cameras, type Camera } from '../../capture/take.ts'
import { readFilmFacts } from '../film-facts.ts'
import { openFilmReader } from '../film-reader.ts'
import type { FilmOffset } from './film-offset.ts'
import { openFilmOpening } from './film-opening.ts'

const format = { width: 640, height: 360, fps: 25 }
const still = Buffer.alloc(format.width * format.height, 100)

test('films that began together are told by their first seconds; all others, and those in which nothing moves, are looked at widely', async () => {
  using folder = temporaryFolder()
  const pictures: Record<Camera, Buffer[]> = { left: [], right: [] }
  for (const camera of cameras) {
    const film = await readFilmFacts(await rigFilm(folder, camera, { format, fromScene: 100, segments: 3 }))
    const reader = await openFilmReader(film, film.rate, upright)
    for (let shown = await reader.at(0), n = 1; shown.is !== 'ended'; shown = await reader.at(n), n += 1)
      if (shown.is === 'picture') pictures[camera].push(Buffer.from(shown.data.subarray(0, still.length)))
    await reader.close()
  }
  const widely: FilmOffset = { is: 'unknown', why: 'it was looked at widely' }
  /** The right film begins so many frames later than the left one. */
  const told = async (later: number, shown = pictures): Promise<FilmOffset> => {
    const size = { left: format, right: format }
    const opening = openFilmOpening({
      ...{ calibration: simulatedCalibration(format), size, fps: format.fps },
      measureWidely: () => Promise.resolve(widely),
    })
    assert.equal(opening.frames, 125)
    for (let frame = 0; frame < opening.frames; frame += 1)
      opening.see(frame, { left: shown.left[frame + Math.max(0, -later)], right: shown.right[frame + Math.max(0, later)] })
    const offset = await opening.offset()
    assert.equal(await opening.offset(), offset)
    return offset
  }
  const together = await told(0)
  assert.ok(together.is === 'measured' && Math.abs(together.offsetMs) < 4, JSON.stringify(together))
  for (const later of [1, -1, 2, 25, -40, 150, -170]) assert.equal(await told(later), widely, `${later} frames later`)
  const nothing = Array.from({ length: 125 }, () => still)
  assert.equal(await told(0, { left: nothing, right: nothing }), widely)
})
