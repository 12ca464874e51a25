// Which preset the encoder takes, by how far the film is behind the match and by how hot the board is: quality where there is time and air.
// Pure. All presets share one sample description and one highest rate, so a film may change between two chunks.

import type { EncodeOptions } from '../adapters/ffmpeg.ts'

export type Preset = EncodeOptions['preset']

const faster: Readonly<Record<Preset, Preset | undefined>> = { veryfast: 'superfast', superfast: 'ultrafast', ultrafast: undefined }
const slower: Readonly<Record<Preset, Preset | undefined>> = { veryfast: undefined, superfast: 'veryfast', ultrafast: 'superfast' }

/** Further behind, and the link would be late. A film that keeps up is less than half of this behind. Seconds. */
const lateSeconds = 0.7
const calmSeconds = 0.45
/** Further behind it is no live merge: nobody waits for it, and quality counts. */
const notLiveSeconds = 60
/** A change needs so long to show. */
const restSeconds = 5
/** Heat shows its effect slowly: so long before another step is taken for it. */
const coolingSeconds = 60
/** So long it must keep up before the better preset is tried again; twice as long after each try that failed. */
const patienceSeconds = 120

export type Pace = {
  readonly preset: Preset
  /** Asked between two chunks: `true` when the next one is to be encoded by another preset. `isStrained`: the board is hot or slows itself down. */
  judge(filmSeconds: number, lagSeconds: number, isStrained?: boolean): boolean
}

/** A `fixed` one never changes. */
export function openPace(wanted: Preset, { fixed = false } = {}): Pace {
  let preset = wanted
  let changedAt = Number.NEGATIVE_INFINITY
  let wasLate = false
  let calmSince: number | undefined
  let patience = patienceSeconds
  const change = (next: Preset | undefined, filmSeconds: number): boolean => {
    if (next === undefined) return false
    preset = next
    changedAt = filmSeconds
    calmSince = undefined
    return true
  }
  return {
    get preset() {
      return preset
    },
    judge: (filmSeconds, lagSeconds, isStrained = false) => {
      const isLive = lagSeconds <= notLiveSeconds
      const isLate = isLive && lagSeconds > lateSeconds
      const isCalm = !isStrained && (isLive ? lagSeconds < calmSeconds : !wasLate)
      if (!isCalm) calmSince = undefined
      if (fixed || filmSeconds - changedAt < (isStrained && !isLate ? coolingSeconds : restSeconds)) return false
      if (isLate || isStrained) {
        wasLate ||= isLate
        return change(faster[preset], filmSeconds)
      }
      if (preset === wanted || !isCalm) return false
      calmSince ??= filmSeconds
      if (filmSeconds - calmSince < patience) return false
      patience *= 2
      return change(slower[preset], filmSeconds)
    },
  }
}
