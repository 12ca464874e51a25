// Which preset the encoder takes, by how far the film is behind the match: quality where there is time, keeping up where there is none.
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
/** So long it must keep up before the better preset is tried again; twice as long after each try that failed. */
const patienceSeconds = 120

export type Pace = {
  readonly preset: Preset
  /** Asked between two chunks: `true` when the next one is to be encoded by another preset. */
  judge(filmSeconds: number, lagSeconds: number): boolean
}

export function openPace(wanted: Preset): Pace {
  let preset = wanted
  let changedAt = Number.NEGATIVE_INFINITY
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
    judge: (filmSeconds, lagSeconds) => {
      if (lagSeconds >= calmSeconds) calmSince = undefined
      if (filmSeconds - changedAt < restSeconds || lagSeconds > notLiveSeconds) return false
      if (lagSeconds > lateSeconds) return change(faster[preset], filmSeconds)
      if (preset === wanted || lagSeconds >= calmSeconds) return false
      calmSince ??= filmSeconds
      if (filmSeconds - calmSince < patience) return false
      patience *= 2
      return change(slower[preset], filmSeconds)
    },
  }
}
