// ./ezrec merge: two films that exist become one, by the same merge as a live recording's.
// Never touches the two films, and never a file that is there, unless told to.

import { existsSync } from 'node:fs'
import path from 'node:path'
import { Option } from 'commander'
import { z } from 'zod'
import { openSettings } from '../../config/settings.ts'
import { rotation } from '../../config/values.ts'
import { assertFfmpeg } from '../../src/adapters/ffmpeg-version.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { assertAlike, readFilmFacts } from '../../src/merge/film-facts.ts'
import { sideBySide } from '../../src/merge/layouts/side-by-side.ts'
import { mergeFilms } from '../../src/merge/merge-films.ts'
import { turnedSize } from '../../src/merge/picture.ts'
import { processorSeconds } from '../../src/system/processor-time.ts'
import { withExamples, type CliContext, type Verb } from '../cli.ts'
import { openFilmFile, taken } from '../merge/film-file.ts'
import { readOptions } from '../options.ts'

export const command: Verb = {
  name: 'merge',
  summary: 'merge two films that exist into one',
  configure: (it) =>
    void withExamples(
      it
        .argument('<left>', 'film of the left camera')
        .argument('<right>', 'film of the right camera')
        .requiredOption('--out <file>', 'the merged film, an MP4')
        .addOption(
          new Option('--layout <layout>', 'how the two pictures become one').choices(['side-by-side', 'panorama']).default('side-by-side'),
        )
        .addOption(new Option('--preset <preset>', "x264's preset; default MERGE_PRESET").choices(['ultrafast', 'superfast', 'veryfast']))
        .addOption(new Option('--left-rotation <degrees>', 'turn the left film clockwise').choices(['0', '90', '180', '270']))
        .addOption(new Option('--right-rotation <degrees>', 'turn the right film clockwise').choices(['0', '90', '180', '270']))
        .option('--force', 'replace a file that is there')
        .option('--json', 'print one JSON document'),
      [
        ['./ezrec merge left.mp4 right.mp4 --out both.mp4', 'side by side, each from its own first picture'],
        ['./ezrec merge left.mp4 right.mp4 --out both.mp4 --left-rotation 90', 'the left camera lay on its side'],
        ['./ezrec merge left.mp4 right.mp4 --out both.mp4 --preset veryfast --json', 'a smaller film, told for programs'],
      ],
    ),
  run: async (context) => {
    const result = await mergeToFile(context)
    if (context.json) context.out(result)
    else
      context.print(
        `${result.frames} frames, ${result.durationSeconds} s, ${result.width}x${result.height} at ${result.fps} fps in ${result.wallSeconds} s`,
      )
    return 0
  },
}

const optionsSchema = z.object({
  out: z.string().min(1).max(4_096),
  layout: z.enum(['side-by-side', 'panorama']),
  preset: z.enum(['ultrafast', 'superfast', 'veryfast']).optional(),
  leftRotation: rotation.default(0),
  rightRotation: rotation.default(0),
  force: z.boolean().optional(),
})

/** `offsetMs` is not measured in this version: both films are taken to begin together. Both costs count from this program's start. */
async function mergeToFile({ home, args, options, say, signal }: CliContext) {
  const given = readOptions(optionsSchema, options)
  if (given.layout === 'panorama')
    throw new EzrecError('invalid', 'the panorama is not part of this version', {
      hint: 'leave out --layout, or give --layout side-by-side',
    })
  const [left, right, out] = [args[0] ?? '', args[1] ?? '', given.out].map((name) => path.resolve(name))
  if (!left || !right || !out) throw new EzrecError('invalid', 'two films and --out are needed', { hint: 'see merge --help' })
  if (out === left || out === right)
    throw new EzrecError('invalid', '--out names one of the two films', { hint: 'choose a name of its own for the merged film' })
  if (given.force !== true && existsSync(out)) throw taken(out)
  const { merge } = openSettings(home).settings
  await assertFfmpeg()
  const films = { left: await readFilmFacts(left, signal), right: await readFilmFacts(right, signal) }
  assertAlike(films.left, films.right)
  const { num, den } = films.left.rate
  const turn = { left: given.leftRotation, right: given.rightRotation }
  const layout = sideBySide(turnedSize(films.left, turn.left), turnedSize(films.right, turn.right))
  const seconds = Math.max(films.left.seconds, films.right.seconds)
  const { chunkSeconds, crf, maxRateKbps } = merge
  await using film = await openFilmFile(out, { seconds, fps: num / den, chunkSeconds })
  const encode = { preset: given.preset ?? merge.preset, crf, maxRateKbps, chunkFrames: Math.round((chunkSeconds * num) / den) }
  const onFrame = openProgress(Math.round((seconds * num) / den), say)
  const frames = await mergeFilms({ films, rotation: turn, layout, encode, sink: film, onFrame }, signal)
  await film.finish(given.force === true)
  return {
    layout: layout.name,
    ...layout.canvas,
    fps: round(num / den),
    frames,
    durationSeconds: round((frames * den) / num),
    offsetMs: null,
    cpuSeconds: round(processorSeconds()),
    wallSeconds: round(performance.now() / 1_000),
  }
}

/** Says each tenth of the way. */
function openProgress(total: number, say: (line: string) => void): (frames: number) => void {
  let tenth = 0
  return (frames) => {
    const now = Math.floor((frames * 10) / Math.max(1, total))
    if (now <= tenth) return
    tenth = now
    say(`merge: ${frames} of about ${total} frames`)
  }
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000
