// The sound of a film that exists, as the merged film needs it: decoded by its own time stamps, counted from its film's first picture, encoded once.
// Never holds the film up: what the file does not have, or what does not decode, is silence, and told.

import { ffmpegBase } from '../../adapters/ffmpeg.ts'
import { startChild, type Child } from '../../base/process.ts'
import { soundForm } from '../../capture/drivers/sound-arguments.ts'
import type { GapRow } from '../chunk-store.ts'
import { filmInputArgs, type FilmFacts } from '../film-facts.ts'
import { firstPictureAt } from '../first-picture.ts'
import { longestRepeat, soundPlaces, type FilmSound } from './film-sound.ts'
import { silentUnit } from './sound-track.ts'
import { readSoundUnits, type SoundUnit } from './sound-units.ts'

export type FileSound = FilmSound & {
  /** What its decoder complained of so far, half a sentence. */
  fault(): string | undefined
}

export type FileSoundOptions = {
  readonly film: Pick<FilmFacts, 'file' | 'form'>
  /** The merged film's. */
  readonly fps: number
  /** Of the merged film: no more is read. */
  readonly seconds: number
  /** The merged film's first frame, in seconds from this film's first picture. */
  readonly fromSeconds: number
}

/** `undefined` when nothing of it can be decoded. Errors: canceled. */
export async function openFileSound(options: FileSoundOptions, signal: AbortSignal): Promise<FileSound | undefined> {
  const firstPicture = await firstPictureAt(options.film, signal)
  if (firstPicture === undefined) return undefined
  const child = await startChild('ffmpeg', fileSoundArgs(options, firstPicture), { stdout: 'pipe', signal })
  const units = unitsOf(child)
  const first = await units.next()
  if (first.done !== true) return placed({ fps: options.fps, child }, first.value, units)
  await child.stop()
  return undefined
}

/** Muxers move a stream that begins before 0; this one begins here. */
const baseSeconds = 10
const baseTicks = baseSeconds * 90_000
const unitTicks = (soundForm.unitSamples * 90_000) / soundForm.sampleRate

/** One stream of the film's form of sound in MPEG-TS; what lies outside the merged film is cut before it costs anything. Pure. */
export function fileSoundArgs({ film: { form, file }, fromSeconds, seconds }: FileSoundOptions, firstPicture: number): string[] {
  const { sampleRate, bitrateKbps } = soundForm
  const from = (firstPicture + fromSeconds).toFixed(6)
  const graph = `aresample=${sampleRate},aformat=channel_layouts=mono,asetpts=PTS-(${from})/TB,atrim=start=0:end=${seconds.toFixed(3)}`
  return [
    [...ffmpegBase, '-threads', '1', '-copyts', ...filmInputArgs(form, file), '-map', '0:a:0', '-af', graph],
    ['-c:a', 'aac', '-profile:a', 'aac_low', '-b:a', `${bitrateKbps}k`, '-output_ts_offset', String(baseSeconds)],
    ['-f', 'mpegts', '-pes_payload_size', '0', '-muxdelay', '0', '-muxpreload', '0', '-flush_packets', '1', 'pipe:1'],
  ].flat()
}

/** A decoder's word of ffmpeg 5 and 7; what it says of the pictures beside the sound is another matter. */
const soundFault = /Error while decoding stream|\[aist#/

type PlacedUnit = { readonly place: number; readonly data: Buffer }

async function* unitsOf({ stdout }: Child): AsyncGenerator<PlacedUnit, undefined> {
  const units = readSoundUnits(baseTicks)
  const placeOf = ({ ticks }: SoundUnit): number => Math.round((ticks - baseTicks) / unitTicks)
  for await (const piece of stdout ?? [])
    if (Buffer.isBuffer(piece)) for (const unit of units.push(piece)) yield { place: placeOf(unit), data: unit.data }
  return undefined
}

function placed(
  { fps, child }: { readonly fps: number; readonly child: Child },
  first: PlacedUnit,
  units: AsyncGenerator<PlacedUnit, undefined>,
): FileSound {
  const { unitAt, gap } = soundPlaces(fps)
  let head: PlacedUnit | undefined = first
  let before: PlacedUnit | undefined
  const at = async (place: number): Promise<Buffer | { readonly cause: string }> => {
    while (head && head.place < place) {
      before = head
      head = (await units.next()).value
    }
    if (!head) return { cause: 'film-ended' }
    if (head.place === place) return head.data
    if (!before || before.place < 0) return { cause: 'late-start' }
    return head.place - before.place - 1 <= longestRepeat ? before.data : { cause: 'frames-dropped' }
  }
  return {
    unitAt,
    between: async (from, end) => {
      const given: Buffer[] = []
      const gaps: GapRow[] = []
      for (let unit = from; unit < end; unit += 1) {
        const shown = await at(unit)
        if (Buffer.isBuffer(shown)) given.push(shown)
        else {
          given.push(silentUnit)
          gaps.push(...gap(unit, unit + 1, shown.cause))
        }
      }
      return { units: given, gaps }
    },
    damaged: (from, end) => gap(from, end, 'sound-damaged'),
    fault: () =>
      child
        .stderrTail()
        .split('\n')
        .find((line) => soundFault.test(line))
        ?.slice(0, 200),
    close: async () => {
      child.stdout?.destroy() // what was not asked for would be waited for
      await child.stop()
    },
  }
}
