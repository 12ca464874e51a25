import assert from 'node:assert/strict'
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { addBooking } from '../../../tests/a-booking.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { openDatabase, type Database } from '../../adapters/sqlite.ts'
import { systemClock, type Clock } from '../../base/clock.ts'
import { makeFolder, sha256OfFile } from '../../base/files.ts'
import { silentLogger } from '../../base/logger.ts'
import { runChild } from '../../base/process.ts'
import { moveStep, openRecording } from '../../capture/recording-store.ts'
import { stepNames } from '../../capture/recording.ts'
import { localFolderStore } from '../stores/local-folder.ts'
import { notePublished, openVideo } from '../video.ts'
import { forgetClips } from './clip-store.ts'
import { deletePhoneClip } from './delete-phone-clip.ts'
import { keepPhoneClips, type KeepPhoneClipsOptions } from './keep-phone-clips.ts'
import { makePhoneClip } from './make-phone-clip.ts'
import { mostPhoneBytes } from './phone-clip-format.ts'
import { askForPhoneClip, findPhoneClip, listPhoneClips, mostPhoneClips, phoneClipFile, type PhoneClip } from './phone-clip-store.ts'

const startsAtMs = Date.UTC(2026, 4, 2, 12)
const [width, height, fps, seconds] = [320, 180, 25, 12]

/** A match of twelve seconds of one camera. */
function openMatch(): Database {
  const db = openDatabase(':memory:')
  const window = { startsAtMs, endsAtMs: startsAtMs + seconds * 1_000 }
  addBooking(db, window)
  const form = { fps, cameraWidth: width, cameraHeight: height, layout: 'single' } as const
  openRecording(db, { id: 'r', bookingId: 'b', rigId: 'rig', folder: 'day/r', ...window, ...form }, startsAtMs)
  return db
}

const ask = (db: Database, from: number, to: number, shape: PhoneClip['shape'] = '9:16'): PhoneClip =>
  askForPhoneClip(
    db,
    'r',
    { fromMs: startsAtMs + from * 1_000, toMs: startsAtMs + to * 1_000, shape, label: null, askedBy: 'court' },
    systemClock.nowMs(),
  )

/** In a grey hall somebody in white runs from the left to the right and back; there is a tone. */
async function makeFilm(file: string): Promise<void> {
  await makeFolder(path.dirname(file))
  const graph = `color=gray:s=${width}x${height}:r=${fps}[hall];color=white:s=16x40:r=${fps}[who];[hall][who]overlay=x='10+280*(1-abs(t-6)/6)':y=70[out]`
  const made = await runChild('ffmpeg', [
    ...['-v', 'error', '-filter_complex', `${graph};sine=frequency=500:sample_rate=48000[tone]`, '-map', '[out]', '-map', '[tone]'],
    ...['-t', String(seconds), '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50', '-pix_fmt', 'yuv420p', '-c:a', 'aac', file],
  ])
  assert.equal(made.code, 0, made.stderr)
}

test('a part of a film is made for phones when nothing is recorded: with the play in it, below the limit, and never by halves', async () => {
  using folder = temporaryFolder()
  using db = openMatch()
  const store = localFolderStore(folder.file('store'))
  const video = openVideo(db, { recordingId: 'r', objectKey: 'u/day/r.mp4', headerBytes: 1 }, startsAtMs)
  const publish = (): void =>
    notePublished(db, video, { width, height, fps, frames: seconds * fps, bytes: 1, status: 'complete' }, startsAtMs)
  await makeFilm(store.pathOf(video.objectKey))
  const clips = path.join(folder.file('recordings'), 'day/r/clips')
  const options: { -readonly [K in Exclude<keyof KeepPhoneClipsOptions, 'clock'>]: KeepPhoneClipsOptions[K] } = {
    ...{ db, logger: silentLogger(), store, rigId: 'rig', recordingsFolder: folder.file('recordings') },
    hasRoom: () => Promise.resolve(true),
  }
  /** Until `over` says so; the box's time goes on by `stepMs` a look. */
  const keep = async (over: (looks: number) => boolean, { stepMs = 0 } = {}): Promise<void> => {
    const end = new AbortController()
    let looks = 0
    const startedMs = systemClock.nowMs()
    const clock: Clock = {
      ...systemClock,
      nowMs: () => startedMs + looks * stepMs,
      sleep: async () => {
        await systemClock.sleep(5)
        if (over((looks += 1))) end.abort()
        assert.ok(looks < 500)
      },
    }
    await keepPhoneClips({ ...options, clock }, end.signal)
  }
  const upright = ask(db, 1, 11)
  const isMade = (id: string) => (): boolean => findPhoneClip(db, id)?.state !== 'pending'

  await keep((looks) => looks > 5)
  assert.equal(findPhoneClip(db, upright.id)?.state, 'pending', 'there is no film yet')
  publish()
  await keep((looks) => looks > 5)
  assert.equal(findPhoneClip(db, upright.id)?.state, 'pending', 'its recording is still open: another film may be under way')
  for (const name of stepNames)
    for (const to of ['working', 'done'] as const) moveStep(db, { recordingId: 'r', name, to, nowMs: startsAtMs })

  await makeFolder(clips)
  writeFileSync(path.join(clips, `${upright.id}-phone.mp4.7.abc.tmp`), 'of a life that was killed')
  await keep(isMade(upright.id))
  const made = findPhoneClip(db, upright.id)?.made
  const file = path.join(folder.file('recordings'), 'day/r', phoneClipFile(upright.id))
  assert.ok(made && made.bytes <= mostPhoneBytes && statSync(file).size === made.bytes && (await sha256OfFile(file)) === made.sha256)
  assert.deepEqual([made.width, made.height, readdirSync(clips)], [100, 180, [path.basename(file)]])
  const { stdout } = await runChild('ffmpeg', ['-v', 'error', '-i', file, '-map', '0:v', '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'])
  const shown = Array.from({ length: stdout.length / (100 * 180) }, (_, n) =>
    stdout.subarray(n * 18_000, (n + 1) * 18_000).reduce((sum, luma) => sum + (luma > 190 ? 1 : 0), 0),
  )
  assert.equal(shown.length, 250)
  const lost = shown.flatMap((white, frame) => (white < 400 ? [frame] : []))
  assert.deepEqual(lost, [], 'somebody of 16x40 is seen in every picture, though a third of the hall is')
  const sound = await runChild('ffprobe', [
    '-v',
    'error',
    '-select_streams',
    'a',
    '-show_entries',
    'stream=codec_name',
    '-of',
    'csv=p=0',
    file,
  ])
  assert.equal(sound.stdout.toString().trim(), 'aac')

  /** Does something as soon as a clip is being made. */
  const onceBegun = async (id: string, act: () => void): Promise<void> => {
    for (let looks = 0; !readdirSync(clips).some((name) => name.startsWith(id)); looks += 1) {
      assert.ok(looks < 5_000, 'it was never begun')
      await systemClock.sleep(5)
    }
    act()
  }
  const stopped = ask(db, 0, 12, '16:9')
  const end = new AbortController()
  await Promise.all([keepPhoneClips({ ...options, clock: systemClock }, end.signal), onceBegun(stopped.id, () => end.abort())])
  assert.deepEqual(
    [findPhoneClip(db, stopped.id)?.state, readdirSync(clips)],
    ['pending', [path.basename(file)]],
    'nothing half-made is left',
  )
  await keep(isMade(stopped.id))
  assert.deepEqual([findPhoneClip(db, stopped.id)?.made?.width, findPhoneClip(db, stopped.id)?.made?.height], [320, 180])
  await deletePhoneClip({ db, clock: systemClock, recordingsFolder: options.recordingsFolder }, stopped.id)
  assert.deepEqual([findPhoneClip(db, stopped.id), readdirSync(clips)], [undefined, [path.basename(file)]])

  const unwanted = ask(db, 0, 11)
  await Promise.all([keep(() => true), onceBegun(unwanted.id, () => forgetClips(db, 'r'))]) // the film is removed
  assert.deepEqual(readdirSync(clips), [path.basename(file)], 'a clip that nobody wants any more gets no name')

  const work = { film: store.pathOf(video.objectKey), fromSeconds: 1, seconds: 2, fps, canvas: { width, height }, panes: [] } as const
  const place = { id: 'x', shape: '9:16', folder: path.join(options.recordingsFolder, 'day/r') } as const
  const nobody = { onProgress: () => undefined, isWanted: () => false }
  await assert.rejects(makePhoneClip({ ...work, ...place }, nobody, new AbortController().signal), { code: 'canceled' })
  assert.deepEqual(readdirSync(clips), [path.basename(file)], 'deleted while it was encoded: it never had a name')

  const waiting = ask(db, 2, 5)
  options.hasRoom = () => Promise.resolve(false)
  await keep(isMade(waiting.id), { stepMs: 24 * 3_600_000 })
  assert.match(findPhoneClip(db, waiting.id)?.fault ?? '', /no room/, 'there is a film: that is not the reason')
  options.hasRoom = () => Promise.resolve(true)

  const hopeless = ask(db, 3, 6)
  rmSync(store.pathOf(video.objectKey))
  await keep(isMade(hopeless.id), { stepMs: 3_600_000 })
  assert.equal(findPhoneClip(db, hopeless.id)?.state, 'failed')
  assert.match(findPhoneClip(db, hopeless.id)?.fault ?? '', /could not be read/)
  assert.equal(existsSync(path.join(options.recordingsFolder, 'day/r', phoneClipFile(hopeless.id))), false)
})

test('a clip for phones lies within its match, is made once however often it is asked for, and a match has so many', () => {
  using db = openMatch()
  const clip = ask(db, -5, 4)
  assert.deepEqual([clip.fromMs, clip.toMs], [startsAtMs, startsAtMs + 4_000])
  assert.equal(ask(db, 0, 4).id, clip.id)
  assert.notEqual(ask(db, 0, 4, '16:9').id, clip.id)
  for (const [from, to] of [
    [11.5, 30],
    [5, 5.5],
    [9, 3],
    [20, 30],
  ] as const)
    assert.throws(() => ask(db, from, to), { code: 'invalid' }, `${from} to ${to}`)
  for (let n = listPhoneClips(db, 'r').length; n < mostPhoneClips; n += 1) ask(db, 1, 3 + n / 10)
  assert.throws(() => ask(db, 6, 9), { code: 'conflict', message: /at most 20/ })
  db.run('update booking set cancelled_at_ms = 1')
  assert.throws(() => ask(db, 0, 4), { code: 'conflict', message: /cancelled/ })
})
