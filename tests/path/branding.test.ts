// A real recording with an intro, an outro and a score, with sound: one film in one description, and the same when it is merged once more.

import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { readFilmCounters } from '../../lab/film-counters.ts'
import { runChild } from '../../src/base/process.ts'
import { bookendFile } from '../../src/merge/branding/bookend-store.ts'
import { framesOf } from '../media/test-films.ts'
import { openHome, readAnswer, untilRecording } from '../real-session.ts'
import { until } from '../until.ts'

const seconds = 4
const [intro, match, outro] = [32, seconds * 25, 16]

const manifestSchema = z.object({
  film: z.object({
    bookends: z.tuple([
      z.object({ slot: z.literal('intro'), frames: z.literal(intro), fault: z.null() }),
      z.object({ slot: z.literal('outro'), frames: z.literal(outro), fault: z.null() }),
    ]),
    score: z.tuple([
      z.object({ fromSeconds: z.literal(0), text: z.literal('LIONS 0 : 0 BEARS') }),
      z.object({ fromSeconds: z.number().positive(), text: z.literal('LIONS 1 : 0 BEARS') }),
    ]),
  }),
})

const probeSchema = z.object({
  streams: z.array(z.object({ codec_name: z.string(), nb_frames: z.string(), duration: z.string(), start_time: z.string() })),
})

test('a recording has its intro, its outro and its score, in step and to the frame, and gets the same when it is merged once more', async () => {
  await using home = await openHome()
  const at = (name: string): string => path.join(home.folder, name)
  const make = async (name: string, ...args: readonly string[]): Promise<string> => {
    const { code, stderr } = await runChild('ffmpeg', ['-v', 'error', ...args, at(name)])
    assert.equal(code, 0, stderr)
    return at(name)
  }
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=880:sample_rate=44100:duration=1.2']
  const variables = {
    SOUND: 'simulated',
    INTRO_VIDEO_PATH: await make(
      'intro.mkv',
      '-f',
      'lavfi',
      '-i',
      'color=white:s=400x300:r=30:d=1.2',
      ...sound,
      '-c:v',
      'mpeg4',
      '-c:a',
      'pcm_s16le',
    ),
    OUTRO_VIDEO_PATH: await make('outro.webm', '-f', 'lavfi', '-i', 'color=white:s=90x160:r=60:d=0.6', '-c:v', 'libvpx'),
    SCORE_FILE: '<home>/score.txt',
    SCORE_HEIGHT: '16',
  }
  await writeFile(at('score.txt'), 'Lions 0 : 0 Bears')
  const session = await home.start(['record', '--seconds', String(seconds), '--json'], variables)
  await untilRecording(home.folder, 1_500)
  await writeFile(at('score.txt'), 'Lions 1 : 0 Bears')
  const isMade = (): boolean => globSync(path.join(home.folder, 'recordings', '**', bookendFile('intro'))).length > 0
  await until(isMade, 'the intro of this film')
  await rm(at('intro.mkv')) // it goes on with what it has begun with
  const ended = await session.ended
  assert.equal(ended.code, 0, ended.stderr)
  const answer = readAnswer(ended)
  assert.deepEqual([answer.status, answer.video.frames], ['complete', intro + match + outro], JSON.stringify(answer.gaps))
  assert.deepEqual(answer.coverage, { left: 1, right: 1, sound: 1 })

  const film = answer.video.path
  const probe = await runChild('ffprobe', [
    '-v',
    'error',
    '-show_entries',
    'stream=codec_name,nb_frames,duration,start_time',
    '-of',
    'json',
    film,
  ])
  const units = (48_000 / 1_024 / 25) * intro + Math.ceil((48_000 / 1_024 / 25) * match) + (48_000 / 1_024 / 25) * outro
  assert.deepEqual(probeSchema.parse(JSON.parse(probe.stdout.toString())).streams, [
    { codec_name: 'h264', nb_frames: String(answer.video.frames), duration: (answer.video.frames / 25).toFixed(6), start_time: '0.000000' },
    { codec_name: 'aac', nb_frames: String(units), duration: ((units * 1_024) / 48_000).toFixed(6), start_time: '0.000000' },
  ])
  const decoded = await runChild('ffmpeg', ['-v', 'warning', '-xerror', '-i', film, '-f', 'null', '-'])
  assert.deepEqual([decoded.code, decoded.stderr], [0, ''], 'no decoder has anything to say')
  const head = await readFile(film)
  assert.equal(head.subarray(0, 400_000).toString('latin1').split('avcC').length - 1, 1, 'one description for all pictures')

  const counters = await readFilmCounters(film, answer.video.width)
  assert.equal(counters.length, intro + match + outro)
  const isMatch = counters.map(([left, right]) => left !== undefined && right !== undefined)
  assert.deepEqual(
    isMatch,
    counters.map((_, n) => n >= intro && n < intro + match),
    'the match stands between them, to the frame',
  )

  const seek = await runChild('ffmpeg', [
    '-v',
    'warning',
    '-ss',
    String((intro + 50) / 25),
    '-i',
    film,
    '-map',
    '0:v:0',
    '-frames:v',
    '1',
    '-f',
    'framemd5',
    '-',
  ])
  const sought = seek.stdout.toString().trim().split(',').at(-1)?.trim()
  const frames = await framesOf(film)
  assert.equal(sought, frames[intro + 50]?.split(',').at(-1)?.trim())

  const day = (await readdir(at('recordings')))[0] ?? ''
  const told = JSON.parse(await readFile(path.join(at('recordings'), day, answer.recordingId, 'recording.json'), 'utf8'))
  const { score } = manifestSchema.parse(told).film
  assert.ok(score[1].fromSeconds >= 1 && score[1].fromSeconds <= seconds, `${score[1].fromSeconds}`)

  await writeFile(at('score.txt'), 'NOT OF THIS MATCH')
  await mkdir(at('again'))
  const again = await home.run(['merge', answer.recordingId, '--out', at('again/film.mp4'), '--json'], { SOUND: 'simulated' })
  assert.equal(again.code, 0, again.stderr)
  assert.deepEqual(await framesOf(at('again/film.mp4')), frames, 'live and later compose and encode the same, score and all')
  const none = await home.run(['merge', answer.recordingId, '--branding', 'none', '--out', at('again/none.mp4'), '--json'])
  assert.equal(none.code, 0, none.stderr)
  assert.equal((await readFilmCounters(at('again/none.mp4'), answer.video.width)).length, match)

  const fsck = await home.run(['fsck', '--deep'])
  assert.equal(fsck.code, 0, fsck.stdout + fsck.stderr)
})
