import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { smallFilm } from '../../../tests/media/test-films.ts'
import { smallRecording, type SmallRecording } from '../../../tests/small-recording.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { systemClock } from '../../base/clock.ts'
import { silentLogger } from '../../base/logger.ts'
import { runChild } from '../../base/process.ts'
import { forgetChunks } from '../chunk-store.ts'
import { hashBookendFile } from './bookend-file.ts'
import { beginBookends, bookendFile, bookendState, findBookend, listBookends, noteBookendTry, reopenBookends } from './bookend-store.ts'
import { decideBookends, type FixBookendsOptions } from './fix-bookends.ts'

const never = new AbortController().signal

async function film(file: string, colour: string): Promise<string> {
  const { code, stderr } = await runChild('ffmpeg', [
    '-v',
    'error',
    '-y',
    '-f',
    'lavfi',
    '-i',
    `color=${colour}:s=64x64:r=25:d=0.4`,
    '-c:v',
    'mjpeg',
    file,
  ])
  assert.equal(code, 0, stderr)
  return file
}

const optionsFor = ({ db, folder }: SmallRecording, home: string, changes: Partial<FixBookendsOptions>): FixBookendsOptions => ({
  ...{ db, folder, clock: systemClock, logger: silentLogger(), recordingId: 'r', cacheFolder: path.join(home, 'cache'), branding: {} },
  ...{ encode: smallFilm, sound: false, patienceMs: 120_000, onLate: () => undefined },
  ...changes,
})

async function empty(folder: string): Promise<SmallRecording> {
  const made = await smallRecording(folder)
  forgetChunks(made.db, 'r')
  return made
}

const faults = ({ db }: SmallRecording): unknown[] => listBookends(db, 'r').map(({ slot, fault }) => [slot, fault])

test('what a film began with stays, is encoded once, and needs its file no more; the next film has the new one', async () => {
  using home = temporaryFolder()
  const [intro, outro] = [await film(home.file('intro.avi'), 'white'), await film(home.file('outro.avi'), 'black')]
  const kept = (): string[] => readdirSync(path.join(home.path, 'cache')).toSorted()
  const branding = { intro, outro }
  using first = await empty(home.file('one'))
  await decideBookends(optionsFor(first, home.path, { branding }), never)
  const shown = findBookend(first.db, 'r', 'intro')
  assert.deepEqual(
    [shown?.frames, faults(first)],
    [
      10,
      [
        ['intro', null],
        ['outro', null],
      ],
    ],
  )
  const file = path.join(first.folder, bookendFile('intro'))
  const [bytes, madeFor] = [readFileSync(file), kept()]
  assert.equal(madeFor.length, 2)

  await film(intro, 'red')
  await decideBookends(optionsFor(first, home.path, { branding: {} }), never)
  assert.deepEqual([readFileSync(file), findBookend(first.db, 'r', 'intro')], [bytes, shown])

  using second = await empty(home.file('two'))
  await decideBookends(optionsFor(second, home.path, { branding }), never)
  assert.notEqual(findBookend(second.db, 'r', 'intro')?.sha256, shown?.sha256)
  assert.equal(findBookend(second.db, 'r', 'outro')?.sha256, findBookend(first.db, 'r', 'outro')?.sha256)
  assert.equal(kept().length, 3, 'the outro was not made again')

  rmSync(intro)
  rmSync(outro)
  reopenBookends(first.db, 'r') // merged once more: its files are gone, what was made of them is kept
  await decideBookends(optionsFor(first, home.path, { branding: {} }), never)
  assert.equal(findBookend(first.db, 'r', 'intro')?.sha256, shown?.sha256)
  for (const name of kept()) writeFileSync(path.join(home.path, 'cache', name), 'damaged')
  reopenBookends(first.db, 'r')
  await decideBookends(optionsFor(first, home.path, { branding: {} }), never)
  assert.deepEqual(faults(first), [
    ['intro', 'there is no such file'],
    ['outro', 'there is no such file'],
  ])
})

test('one that cannot be had is left out and told, the other is shown, and no file is touched', async () => {
  using home = temporaryFolder()
  using recording = await empty(home.path)
  writeFileSync(home.file('broken.mp4'), 'no film')
  const outro = await film(home.file('outro.avi'), 'white')
  await decideBookends(optionsFor(recording, home.path, { branding: { intro: home.file('broken.mp4'), outro } }), never)
  assert.deepEqual(faults(recording), [
    ['intro', 'it is in no container that is known: MP4, QuickTime, Matroska, WebM, MPEG-TS, MPEG-PS, AVI or FLV'],
    ['outro', null],
  ])
  const events = recording.db.all("select facts from event where kind = 'recording.degraded' and subject_id = 'r'")
  assert.match(String(events[0]?.['facts']), /"asked":"intro"/)
  assert.ok(existsSync(home.file('broken.mp4')) && findBookend(recording.db, 'r', 'outro'))
})

test('a film does not wait for ever: what is late is left out of it, and made for the next one', async () => {
  using home = temporaryFolder()
  const intro = await film(home.file('intro.avi'), 'white')
  using recording = await empty(home.file('one'))
  const late: Promise<unknown>[] = []
  beginBookends(recording.db, 'r', [{ slot: 'intro', file: intro, sha256: await hashBookendFile(intro, never), fault: null }])
  await decideBookends(
    optionsFor(recording, home.path, { branding: { intro }, patienceMs: 0, onLate: (work) => void late.push(work) }),
    never,
  )
  assert.deepEqual(faults(recording), [['intro', 'it was not ready when the film began: the films to come have it']])
  await Promise.all(late)
  using next = await empty(home.file('two'))
  rmSync(intro)
  mkdirSync(intro) // not read any more once it is hashed; a folder has no hash
  await decideBookends(optionsFor(next, home.path, { branding: { intro } }), never)
  assert.deepEqual(faults(next), [['intro', 'it is no regular file']])
  assert.equal(readdirSync(path.join(home.path, 'cache')).length, 1)
})

test('a file that ends the worker each time it is made is left out after three times', async () => {
  using home = temporaryFolder()
  using recording = await empty(home.path)
  const intro = await film(home.file('intro.avi'), 'white')
  const stop = AbortSignal.abort()
  await assert.rejects(decideBookends(optionsFor(recording, home.path, { branding: { intro } }), stop))
  recording.db.run("update recording set bookends = 'begun' where id = 'r'")
  recording.db.run("insert into bookend (recording_id, slot, file, sha256) values ('r', 'intro', ?, 'x') on conflict do nothing", intro)
  for (let life = 0; life < 3; life += 1) noteBookendTry(recording.db, 'r', 'intro') // noted before each try; the worker was killed in it
  await decideBookends(optionsFor(recording, home.path, {}), never)
  assert.deepEqual(faults(recording), [['intro', 'it could not be made in 3 tries']])
  assert.equal(bookendState(recording.db, 'r'), 'fixed')
})

test('a file that is changed between the hash and the making is not shown under the name of the other', async () => {
  using home = temporaryFolder()
  using recording = await empty(home.path)
  const intro = await film(home.file('intro.avi'), 'white')
  recording.db.run("update recording set bookends = 'begun' where id = 'r'")
  recording.db.run("insert into bookend (recording_id, slot, file, sha256) values ('r', 'intro', ?, ?)", intro, 'a'.repeat(64))
  await decideBookends(optionsFor(recording, home.path, {}), never)
  assert.match(String(faults(recording)), /it was changed after the film had taken it/)
})

test('a film that a version without intros began stays without', async () => {
  using home = temporaryFolder()
  using recording = await smallRecording(home.path)
  await decideBookends(optionsFor(recording, home.path, { branding: { intro: '/none.mp4' } }), never)
  assert.deepEqual([faults(recording), bookendState(recording.db, 'r')], [[], 'fixed'])
})
