// When the first picture of a film that can be shown stands, by the file's own time stamps: not the first packet, which may want one that is not there.
// Never decodes more of a film than it must.

import { runChild } from '../base/process.ts'
import { filmInputArgs, type FilmFacts } from './film-facts.ts'

/** Packets: most films begin with a key picture; one that was cut in mid-group has found the next one by the second number. */
const lookedAt = [30, 600] as const

/** In seconds; `undefined` where none decodes. Errors: timeout, canceled. */
export async function firstPictureAt({ form, file }: Pick<FilmFacts, 'form' | 'file'>, signal: AbortSignal): Promise<number | undefined> {
  for (const packets of lookedAt) {
    const look = ['-select_streams', 'V:0', '-read_intervals', `%+#${packets}`, '-show_entries', 'frame=best_effort_timestamp_time']
    const args = ['-hide_banner', '-loglevel', 'quiet', ...look, '-of', 'csv=p=0', ...filmInputArgs(form, file)]
    const { stdout } = await runChild('ffprobe', args, { timeoutMs: 60_000, signal })
    const [first] = stdout.toString('utf8').match(/^-?\d+(\.\d+)?/m) ?? []
    if (first !== undefined) return Number(first)
  }
  return undefined
}
