import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EzrecError } from '../base/errors.ts'
import { assertAlike, factsFrom } from './film-facts.ts'

const stream = { width: 1280, height: 720, r_frame_rate: '25/1', avg_frame_rate: '25/1', nb_read_packets: '250', duration: '10.000000' }
const read = (changes: object = {}) => factsFrom('a.mp4', JSON.stringify({ streams: [{ ...stream, ...changes }] }))

test('a film is known by its packets, not by what its container promises', () => {
  const { file: _, ...facts } = read({ duration: '3.0' })
  assert.deepEqual(facts, { width: 1280, height: 720, rate: { num: 25, den: 1 }, packets: 250, seconds: 10 })
  assert.equal(read({ duration: 'N/A' }).seconds, 10)
})

test('a film that was filmed upright is as large as it is shown', () => {
  const { width, height } = read({ side_data_list: [{}, { rotation: -90 }] })
  assert.deepEqual([width, height], [720, 1280])
})

test('what cannot be merged is refused by name', () => {
  assert.throws(() => read({ avg_frame_rate: '23/1' }), /its rate is not constant: 25 nominal, 23\.000 on average/)
  assert.throws(() => read({ r_frame_rate: '24000/1001', avg_frame_rate: '24000/1001' }), /24000\/1001 frames a second is a rate/)
  assert.throws(() => read({ r_frame_rate: '0/0' }), /it has no frame rate/)
  assert.throws(() => read({ width: 1279 }), /an odd side/)
  assert.throws(() => read({ nb_read_packets: '0' }), /it holds no picture/)
  assert.throws(() => factsFrom('a.mp3', '{"streams":[]}'), /it holds no video/)
})

test('two films of one size and rate go together, whatever way the rate is written', () => {
  const film = read()
  assertAlike(film, { ...film, rate: { num: 50, den: 2 } })
  assert.throws(
    () => assertAlike(film, { ...film, height: 1080, rate: { num: 30, den: 1 } }),
    /1280x720 and 1280x1080; their rates differ: 25 and 30/,
  )
})

test('whatever ffprobe says, a film is judged or refused as invalid', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.constant('25/1'), fc.constant(null), fc.constant('1/0'))
  const shaped = fc
    .record({ streams: fc.array(fc.dictionary(fc.constantFrom(...Object.keys(stream)), value)) })
    .map((said) => JSON.stringify(said))
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), shaped), (said) => {
      try {
        const { seconds, rate } = factsFrom('a.mp4', said)
        assert.ok(seconds > 0 && Number.isFinite(seconds) && rate.num > 0)
      } catch (error) {
        assert.ok(error instanceof EzrecError && error.code === 'invalid', String(error))
      }
    }),
  )
})
