// How far the right film's sound lags the left one's: two microphones at one court hear the same things, each through its own room and gain.
// Pure: samples in. Never believes silence, nor a peak that does not stand alone.

import { transform } from './fourier.ts'

export type SoundOffset =
  | { readonly is: 'measured'; readonly offsetMs: number; readonly confidence: number }
  | { readonly is: 'refused'; readonly why: 'silent-left' | 'silent-right' | 'indistinct' }

export type SoundOffsetOptions = {
  /** Samples a second of both. */
  readonly rate: number
  readonly reachMs: number
}

/** Of full scale: below it a microphone is off, or hears nothing that another one could hear, too. */
const silentBelow = 0.000_5
/** Hertz. Wind and mains are below; what the rate cannot hold cleanly is above (of half the rate). */
const lowest = 80
const highestShare = 0.9
/** What a room sends back later than the first sound belongs to the peak. */
const roomMs = 100
const leastConfidence = 2
/** Of the mean strength: a frequency that neither holds would be all noise. */
const floorShare = 0.01

/** By generalised cross-correlation with phase transform: every frequency counts alike, so echoes and gains do not. `left` and `right` begin together; full scale is 1. */
export function measureSoundOffset(left: Float32Array, right: Float32Array, { rate, reachMs }: SoundOffsetOptions): SoundOffset {
  const reach = Math.round((reachMs * rate) / 1_000)
  const length = 2 ** Math.ceil(Math.log2(Math.max(left.length, right.length) + reach + 1))
  const [p, q] = [spectrumOf(left, length), spectrumOf(right, length)]
  if (p.level < silentBelow) return { is: 'refused', why: 'silent-left' }
  if (q.level < silentBelow) return { is: 'refused', why: 'silent-right' }
  const scores = whitened(p, q, { lowest: (lowest * length) / rate, highest: (highestShare * length) / 2 })
  const at = (lag: number): number => scores[(lag + length) % length] ?? 0
  let best = 0
  for (let lag = -reach; lag <= reach; lag += 1) if (at(lag) > at(best)) best = lag
  const room = Math.round((roomMs * rate) / 1_000)
  let next = 0
  for (let lag = -reach; lag <= reach; lag += 1) if (Math.abs(lag - best) > room) next = Math.max(next, at(lag))
  const [before, peak, after] = [at(best - 1), at(best), at(best + 1)]
  if (peak <= 0 || peak < leastConfidence * next) return { is: 'refused', why: 'indistinct' }
  const bend = 2 * (2 * peak - before - after)
  const fraction = bend > 0 ? (after - before) / bend : 0
  return { is: 'measured', offsetMs: ((best + fraction) * 1_000) / rate, confidence: Math.min(99, peak / Math.max(next, 1e-12)) }
}

type Spectrum = { readonly real: Float64Array; readonly imaginary: Float64Array; readonly level: number }

function spectrumOf(samples: Float32Array, length: number): Spectrum {
  const mean = samples.reduce((sum, each) => sum + each, 0) / Math.max(1, samples.length)
  const [real, imaginary] = [new Float64Array(length), new Float64Array(length)]
  let squares = 0
  for (let n = 0; n < samples.length; n += 1) {
    const value = (samples[n] ?? 0) - mean
    real[n] = value
    squares += value * value
  }
  transform(real, imaginary)
  return { real, imaginary, level: Math.sqrt(squares / Math.max(1, samples.length)) }
}

/** The correlation of the phases within a band, by lag modulo the length. */
function whitened(p: Spectrum, q: Spectrum, band: { readonly lowest: number; readonly highest: number }): Float64Array {
  const length = p.real.length
  const [real, imaginary] = [new Float64Array(length), new Float64Array(length)]
  let total = 0
  for (let n = 0; n < length; n += 1) {
    const frequency = Math.min(n, length - n)
    if (frequency < band.lowest || frequency > band.highest) continue
    const a = p.real[n] ?? 0
    const b = p.imaginary[n] ?? 0
    const c = q.real[n] ?? 0
    const d = q.imaginary[n] ?? 0
    const x = a * c + b * d
    const y = a * d - b * c
    real[n] = x
    imaginary[n] = y
    total += Math.sqrt(x * x + y * y)
  }
  const floor = (floorShare * total) / Math.max(1, 2 * (band.highest - band.lowest))
  for (let n = 0; n < length; n += 1) {
    const x = real[n] ?? 0
    const y = imaginary[n] ?? 0
    const strength = Math.sqrt(x * x + y * y) + floor || 1
    real[n] = x / strength
    imaginary[n] = -y / strength // the inverse transform
  }
  transform(real, imaginary)
  return real
}
