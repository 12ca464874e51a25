// ./ezrec merge: two films that exist become one, or a recording is merged once more from its tracks, by the same merge as a live recording's.
// Never touches what it reads, and never a file that is there, unless told to.

import path from 'node:path'
import { Option } from 'commander'
import { z } from 'zod'
import { profileNames, profiles } from '../../config/film-profiles.ts'
import { openSettings } from '../../config/settings.ts'
import { assertFfmpeg } from '../../src/adapters/ffmpeg-version.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { isId } from '../../src/base/ids.ts'
import { arrangementSchema, type Arrangement } from '../../src/capture/arrangement.ts'
import { noBranding } from '../../src/merge/branding/branding.ts'
import { brandingInForce } from '../../src/merge/branding/uploaded-assets.ts'
import { processorSeconds } from '../../src/system/processor-time.ts'
import { withExamples, type CliContext, type Verb } from '../cli.ts'
import { calibrationOptions, readFilmCalibration } from '../merge/calibration-options.ts'
import { addArrangementOptions, arrangementOptions, rearranged } from '../merge/arrangement-options.ts'
import { soundChoices } from '../merge/choose-sound.ts'
import { mergeAgain, type MergedFilm } from '../merge/merge-recording.ts'
import { mergeTwoFilms } from '../merge/merge-two-films.ts'
import { filesOf, type Beside } from '../merge/pictures-beside.ts'
import { assertWritable } from '../merge/work-folder.ts'
import { readOptions } from '../options.ts'

export const command: Verb = {
  name: 'merge',
  summary: 'merge two films that exist into one, or a recording once more',
  configure: (it) =>
    void withExamples(
      addArrangementOptions(
        it
          .argument('<left>', 'film of the left camera; or, alone, the id of a recording of this home')
          .argument('[right]', 'film of the right camera')
          .requiredOption('--out <file>', 'the merged film, an MP4')
          .addOption(
            new Option('--preset <preset>', "x264's preset; default MERGE_PRESET").choices(['ultrafast', 'superfast', 'veryfast']),
          ),
      )
        .addOption(
          new Option(
            '--branding <which>',
            'logos, intro, outro and score: as its film has them (a recording), as they are set now, or none',
          ).choices(brandings),
        )
        .option('--calibration <file>', 'of a panorama: how the right picture lies over the left one (./ezrec calibrate)')
        .option('--canvas <x,y,w,h>', "of a panorama: another window, in the left picture's pixels")
        .addOption(new Option('--profile <profile>', 'how large the film may become; default MERGE_PROFILE').choices(profileNames))
        .addOption(
          new Option('--sound <which>', 'of two films: whose sound is kept; default the left one, or the only one that has any').choices(
            soundChoices,
          ),
        )
        .option('--score <file>', 'of two films: what stands on it: a text, or WebVTT or SubRip cues of the score from when to when')
        .option('--poster <file>', "of two films: the merged film's first picture, a JPEG")
        .option('--preview <file>', 'of two films: a picture of 1200x630 for messengers, a JPEG')
        .option('--thumbnails <file>', 'of two films: small pictures through it: a WebVTT list, and sheets beside it (FILE-1.jpg, ...)')
        .option('--force', 'replace a file that is there')
        .option('--json', 'print one JSON document'),
      [
        ['./ezrec merge left.mp4 right.mp4 --out both.mp4', 'side by side, each from its own first picture'],
        ['./ezrec merge left.mp4 right.mp4 --out both.mp4 --left-rotation 90', 'the left camera lay on its side'],
        ['./ezrec merge left.mp4 right.mp4 --out both.mp4 --preset veryfast --json', 'a smaller film, told for programs'],
        ['./ezrec merge left.mp4 right.mp4 --out both.mp4 --layout panorama --calibration rig.json', 'one wide picture'],
        [
          './ezrec merge left.mp4 right.mp4 --out both.mp4 --score score.srt --preview both.jpg --thumbnails both.vtt',
          'with a score from when to when, and pictures for a page',
        ],
        ['./ezrec merge 01K3ZJ5W8M0Q4T6V9X1Y2B3C4D --out again.mp4 --layout stacked', 'a recording, from the tracks that are kept'],
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

const brandings = ['recorded', 'current', 'none'] as const

const givenFile = z.string().min(1).max(4_096).optional()

const optionsSchema = z.object({
  out: z.string().min(1).max(4_096),
  preset: z.enum(['ultrafast', 'superfast', 'veryfast']).optional(),
  profile: z.enum(profileNames).optional(),
  force: z.boolean().optional(),
  branding: z.enum(brandings).optional(),
  sound: z.enum(soundChoices).optional(),
  score: givenFile,
  poster: givenFile,
  preview: givenFile,
  thumbnails: givenFile,
  ...calibrationOptions,
  ...arrangementOptions,
})

/** `offsetMs`: how far the right film lags the left one, where that could be measured. Both costs count from this program's start. */
async function mergeToFile({ home, args, options, say, signal }: CliContext) {
  const given = readOptions(optionsSchema, options)
  const out = path.resolve(given.out)
  const [first = '', second] = args
  const arrange = (before: Arrangement): Arrangement => rearranged(before, given)
  const calibration = await readFilmCalibration(given)
  const order = { out, force: given.force === true, preset: given.preset, size: given.profile && profiles[given.profile], calibration, say }
  const resolved = (file: string | undefined): string | undefined => (file === undefined ? undefined : path.resolve(file))
  const beside: Beside = { poster: resolved(given.poster), preview: resolved(given.preview), thumbnails: resolved(given.thumbnails) }
  const score = resolved(given.score)
  const written = [out, ...filesOf(beside)]
  if (second === undefined && (given.sound !== undefined || score !== undefined || written.length > 1))
    throw new EzrecError('invalid', '--sound, --score, --poster, --preview and --thumbnails are for two films', {
      hint: 'a recording keeps its sound and score, and its page has the pictures',
    })
  const read = [...args, ...(score === undefined ? [] : [score])].map((file) => path.resolve(file))
  const twice = written.find((file, n) => written.indexOf(file) !== n || read.includes(file))
  if (twice !== undefined)
    throw new EzrecError('invalid', `${twice} is named twice`, { hint: 'choose a name of its own for each file', facts: { path: twice } })
  for (const file of written) await assertWritable(file, order.force)
  await assertFfmpeg()
  if (second === undefined)
    return told(
      await mergeAgain({ ...order, home, recordingId: recordingIdOf(first), arrange, branding: given.branding ?? 'recorded' }, signal),
    )
  const { merge, branding: set, paths } = openSettings(home).settings
  const branding = given.branding === 'none' ? noBranding : await brandingInForce(set, paths.uploadedBranding)
  const { layout, mainCamera, insetCorner } = merge
  const arrangement = arrange(arrangementSchema.parse({ layout, mainCamera, insetCorner }))
  if (arrangement.layout === 'panorama' && !calibration)
    throw new EzrecError('invalid', 'a panorama of two films wants a calibration', {
      hint: 'give --calibration FILE; ./ezrec calibrate LEFT RIGHT --out FILE makes one',
    })
  const films = { left: path.resolve(first), right: path.resolve(second) }
  return told(
    await mergeTwoFilms(
      {
        ...order,
        ...films,
        sound: given.sound,
        beside,
        score: score === undefined ? undefined : { file: score, style: { ...set.scorePlace, margin: set.margin } },
        arrangement,
        merge,
        branding,
        bookendFolder: paths.bookends,
      },
      signal,
    ),
  )
}

function recordingIdOf(text: string): string {
  if (isId(text)) return text
  throw new EzrecError('invalid', `${text.slice(0, 200)} alone is no recording`, {
    hint: 'name two films, or the id of one recording; see merge --help',
  })
}

const told = ({ fps, frames, ...film }: MergedFilm) => ({
  ...film,
  fps: round(fps),
  frames,
  durationSeconds: round(frames / fps),
  offsetMs: film.offsetMs == null ? null : round(film.offsetMs),
  cpuSeconds: round(processorSeconds()),
  wallSeconds: round(performance.now() / 1_000),
})

const round = (value: number): number => Math.round(value * 1_000) / 1_000
