import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rigFilm } from '../../tests/rig-film.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { upright } from '../adapters/ffmpeg.ts'
import { readFilmFacts } from './film-facts.ts'
import { sideBySide } from './layouts/side-by-side.ts'
import { mergeFilms } from './merge-films.ts'

test('a merge that was stopped before it began composes nothing', async () => {
  using folder = temporaryFolder()
  const format = { width: 320, height: 180, fps: 25 }
  const film = async (camera: 'left' | 'right') => readFilmFacts(await rigFilm(folder, camera, { format, fromScene: 0, segments: 1 }))
  const films = { left: await film('left'), right: await film('right') }
  let composed = 0
  const merged = mergeFilms(
    {
      films,
      rate: films.left.rate,
      turns: { left: upright, right: upright },
      layout: sideBySide(films.left, films.right),
      shift: 0,
      encode: { preset: 'ultrafast', crf: 30, maxRateKbps: 500, chunkFrames: 50 },
      sink: { init: async () => undefined, chunk: async () => undefined },
      onFrame: (frames) => void (composed = frames),
    },
    AbortSignal.abort(),
  )
  await assert.rejects(merged, { code: 'canceled' })
  assert.equal(composed, 0)
})
