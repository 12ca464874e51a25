// The score of a film that exists already: a text that stands all through it, or cues (WebVTT, SubRip) that say from when to when each stands.
// ffmpeg reads the forms; what it gives is WebVTT as it writes it. Never more than is drawn, and never a cue's own wishes: where it stands is set.

import { cuesArgs, type CueForm } from '../../adapters/ffmpeg.ts'
import { EzrecError } from '../../base/errors.ts'
import { runChild } from '../../base/process.ts'
import { scoreOf, undrawnIn } from './score-text.ts'
import { mostScores, type ScoreRow } from './score-store.ts'
import { withVenueFile, type Unfit } from './venue-file.ts'

/** From `fromMs` of the match until `untilMs`. */
export type ScoreCue = { readonly fromMs: number; readonly untilMs: number; readonly text: string }

export type ReadCues = { readonly cues: readonly ScoreCue[]; readonly undrawn: string }

/** A change a second for over an hour is a tenth of it. */
const largestFileBytes = 1 << 20

/** Errors: invalid. */
export async function readScoreCues(file: string, signal: AbortSignal): Promise<ReadCues> {
  const bytes = await withVenueFile(file, { mostBytes: largestFileBytes, unfit }, (handle) => handle.readFile())
  const form = formOf(bytes)
  if (form === undefined)
    return { cues: [{ fromMs: 0, untilMs: Number.POSITIVE_INFINITY, text: scoreOf(bytes) }], undrawn: undrawnIn(bytes) }
  const { stdout, code, stderr } = await runChild('ffmpeg', cuesArgs(form), { input: bytes, signal, timeoutMs: 30_000 })
  const cues = code === 0 ? cuesOf(stdout.toString('utf8')) : []
  if (cues.length === 0 || cues.length > mostScores)
    throw new EzrecError('invalid', `${file} holds ${cues.length === 0 ? 'no' : `more than ${mostScores}`} cues`, {
      hint: 'write WebVTT or SubRip, such as: 00:12:30.000 --> 00:14:10.000, and under it the score; or a plain text that stands all through',
      facts: { path: file, stderr: stderr.slice(-200) },
    })
  return {
    cues: cues.map((cue) => ({ ...cue, text: scoreOf(Buffer.from(cue.text)) })),
    undrawn: Array.from(new Set(cues.flatMap(({ text }) => Array.from(undrawnIn(Buffer.from(text)))))).join(''),
  }
}

const unfit: Unfit = (file, fault, cause) =>
  new EzrecError('invalid', `${file} cannot be read as a score: ${fault}`, {
    hint: `name a file of text of at most ${largestFileBytes / 1024 / 1024} MiB`,
    facts: { path: file, fault },
    cause,
  })

/** `undefined` of a plain text. */
function formOf(bytes: Buffer): CueForm | undefined {
  const text = bytes.toString('utf8').replace(/^\ufeff/, '')
  if (text.startsWith('WEBVTT')) return 'webvtt'
  return /^[\d:,. ]+-->/m.test(text) ? 'srt' : undefined
}

/** Of WebVTT as ffmpeg writes it: a time line, the text under it, an empty line. Pure. */
export function cuesOf(vtt: string): ScoreCue[] {
  return vtt.split(/\n{2,}/).flatMap((block) => {
    const [line = '', ...text] = block.trim().split('\n')
    const [from, until] = line.split(' --> ').map(msOf)
    if (from === undefined || until === undefined || until <= from) return []
    return [{ fromMs: from, untilMs: until, text: text.join('\n').replaceAll(/<[^<>]*>/g, '') }]
  })
}

/** `12:30.000`, or `01:12:30.000`. */
function msOf(time: string): number | undefined {
  const [, hours = '0', minutes, seconds, ms] = /^(?:(\d{1,4}):)?(\d{2}):(\d{2})\.(\d{3})/.exec(time) ?? []
  return minutes === undefined ? undefined : ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000 + Number(ms)
}

/** What stands from which frame on; of cues that stand at once the one that began last. Pure. */
export function rowsOf(cues: readonly ScoreCue[], fps: number): ScoreRow[] {
  const frameOf = (ms: number): number => Math.ceil((ms * fps) / 1_000 - 1e-6)
  const changes = [...new Set(cues.flatMap(({ fromMs, untilMs }) => [frameOf(fromMs), frameOf(untilMs)]))]
    .filter(Number.isFinite)
    .toSorted((a, b) => a - b)
  const inOrder = cues.toSorted((a, b) => a.fromMs - b.fromMs)
  const rows: ScoreRow[] = []
  for (const firstFrame of changes) {
    const text = inOrder.findLast(({ fromMs, untilMs }) => frameOf(fromMs) <= firstFrame && firstFrame < frameOf(untilMs))?.text ?? ''
    if (text !== (rows.at(-1)?.text ?? '')) rows.push({ firstFrame, text })
  }
  return rows
}
