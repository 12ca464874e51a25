import assert from 'node:assert/strict'
import { test } from 'node:test'
import { soundForm } from '../src/capture/drivers/sound-arguments.ts'
import {
  filmRateKbps,
  forecastFilm,
  forecastSize,
  profileNames,
  profiles,
  soundKbps,
  tellFilm,
  tellForecast,
  tellGigabytes,
} from './film-profiles.ts'

const filmed = { width: 1280, height: 720, fps: 25, sound: true }

test('an hour of film stays below 3 GB unless somebody asks for more, its sound included', () => {
  const { gigabytesPerHour, isHighest } = forecastSize(profiles.standard, filmed)
  assert.ok(isHighest && gigabytesPerHour > 2.7 && gigabytesPerHour < 2.8, String(gigabytesPerHour))
  assert.equal(tellForecast({ gigabytesPerHour, isHighest }), 'at most 2.7 GB per hour')
})

test('each profile is better and larger than the one before it', () => {
  for (const [n, name] of profileNames.entries()) {
    const before = profileNames[n - 1]
    if (before === undefined) continue
    assert.ok(profiles[name].crf < profiles[before].crf && profiles[name].maxRateKbps > profiles[before].maxRateKbps, name)
  }
})

test('a constant quantiser promises no size: the forecast goes by the pixels, and says that it is a guess', () => {
  const guess = forecastSize({ ...profiles.standard, qp: 23 }, filmed)
  assert.equal(guess.isHighest, false)
  assert.match(tellForecast(guess), /^perhaps 10\.\d GB per hour$/)
  const rate = (qp: number, height = 720): number => filmRateKbps({ ...profiles.standard, qp }, { ...filmed, height, sound: false })
  assert.equal(rate(17), rate(23) * 2)
  assert.equal(rate(23, 1_440), rate(23) * 2)
})

test('what is added for sound is what sound is recorded with', () => {
  assert.equal(soundKbps, soundForm.bitrateKbps)
})

test('a booking is told the size that its film stays below, and from its first seconds on what it really takes', () => {
  const totalMs = 90 * 60_000
  const before = forecastFilm(profiles.standard, { ...filmed, sound: false }, { totalMs, mergedMs: 2_000, mergedBytes: 1 })
  assert.deepEqual(before, { gigabytesPerHour: 2.7, gigabytes: 4.052, basis: 'highest' })
  assert.equal(tellFilm(before), 'at most 2.7 GB per hour, 4.1 GB in all')
  const later = forecastFilm(profiles.standard, filmed, { totalMs, mergedMs: 60_000, mergedBytes: 20_000_000 })
  assert.deepEqual(later, { gigabytesPerHour: 1.2, gigabytes: 1.8, basis: 'measured' })
  assert.equal(tellFilm(later), 'about 1.2 GB per hour, 1.8 GB in all')
})

test('a short film is not told as nothing', () => {
  assert.equal(tellGigabytes(0.015), '15 MB')
  assert.equal(tellGigabytes(0.0992), '100 MB')
})
