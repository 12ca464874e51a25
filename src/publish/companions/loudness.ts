// How loud a film's sound is, by EBU R 128: measured once, soon after it was published, by ffmpeg's ebur128 filter over the sound alone.
// Changes nothing of it: the film keeps the sound as it was captured.

import { z } from 'zod'
import { inIdleTime, loudnessArgs } from '../../adapters/ffmpeg-companions.ts'
import { EzrecError } from '../../base/errors.ts'
import { runChild } from '../../base/process.ts'

export const loudnessSchema = z.object({
  integratedLufs: z.number().nullable().describe('LUFS over the whole film; null for a silent one'),
  truePeakDb: z.number().nullable().describe('dBTP; null for a silent one'),
})

export type Loudness = z.infer<typeof loudnessSchema>

/** What there is to hear in a film: `silent` once that is known. */
export const soundWords = ['none', 'silent', 'sound'] as const
export type SoundWord = (typeof soundWords)[number]

/** `hasSound`: of the recording, which fixes whether its film has a track. */
export const soundWordOf = (hasSound: boolean, loudness: Loudness | null): SoundWord =>
  !hasSound ? 'none' : loudness?.integratedLufs === null ? 'silent' : 'sound'

/** A day of sound. */
const timeoutMs = 3_600_000

/** Errors: media_unreadable. */
export async function measureLoudness(file: string, signal: AbortSignal): Promise<Loudness> {
  const { code, stderr } = await runChild(...inIdleTime('ffmpeg', loudnessArgs(file)), { signal, timeoutMs, stopSignals: ['SIGKILL'] })
  const read = code === 0 ? readSummary(stderr) : undefined
  if (read) return read
  throw new EzrecError('media_unreadable', 'the loudness of a film could not be measured', {
    hint: 'the film is not affected',
    facts: { stderr: stderr.slice(-200) },
  })
}

/** The gate of R 128: what lies below is silence, and the filter then says just this. */
const silentLufs = -70

/** Pure: the last summary that ffmpeg prints. */
export function readSummary(said: string): Loudness | undefined {
  const summary = said.slice(Math.max(0, said.lastIndexOf('Summary:')))
  const lufs = /Integrated loudness:\s+I:\s+(-?\d+(?:\.\d+)?|-inf|nan) LUFS/.exec(summary)?.[1]
  const peak = /True peak:\s+Peak:\s+(-?\d+(?:\.\d+)?|-inf|nan) dBFS/.exec(summary)?.[1]
  if (lufs === undefined || peak === undefined) return undefined
  const [integrated, highest] = [Number(lufs), Number(peak)]
  const isSilent = !Number.isFinite(integrated) || integrated <= silentLufs
  return { integratedLufs: isSilent ? null : integrated, truePeakDb: Number.isFinite(highest) ? highest : null }
}
