import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { EzrecError } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import { readManifest } from './stored-manifest.ts'

const id = newId()
/** As the first version wrote it: nothing of rotation, sound or suspicions. */
const told = {
  version: 1,
  recordingId: id,
  booking: { id: newId(), callerId: null, userId: 'u', rigId: 'rig', title: null },
  startsAt: '2026-05-02T17:30:00.000Z',
  endsAt: '2026-05-02T18:30:00.000Z',
  steps: { capture: { state: 'done' }, publish: { state: 'failed', code: 'canceled', message: 'x' } },
  film: { layout: 'side-by-side', fps: 25, cameraWidth: 1280, cameraHeight: 720, origin: null },
  takes: [],
  gaps: [{ camera: 'left', fromSeconds: 1, seconds: 0.4, cause: 'stalled' }],
  chunks: [],
  video: null,
}

test('a manifest is read back, one of an earlier version too; where there is none there is none', async () => {
  using folder = temporaryFolder()
  mkdirSync(folder.file(id))
  assert.equal(await readManifest(folder.file(id)), undefined)
  writeFileSync(folder.file(id, 'recording.json'), JSON.stringify(told))
  const read = await readManifest(folder.file(id))
  assert.deepEqual(
    [read?.recordingId, read?.startsAt, read?.film.rotation, read?.film.sound, read?.steps['publish']?.code],
    [id, Date.parse('2026-05-02T17:30:00Z'), { left: 0, right: 0 }, false, 'canceled'],
  )
  assert.deepEqual(
    [read?.film.flip, read?.film.mainCamera, read?.film.insetCorner, read?.film.logos],
    [{ left: 'none', right: 'none' }, 'left', 'top-left', []],
  )
})

test('how the pictures were put together, and the branding, are read back as they were written', async () => {
  using folder = temporaryFolder()
  mkdirSync(folder.file(id))
  const arrangement = {
    layout: 'picture-in-picture',
    rotation: { left: 90, right: 270 },
    flip: { left: 'horizontal', right: 'both' },
    mainCamera: 'right',
    insetCorner: 'bottom-left',
  }
  const box = { position: 'bottom-center', width: 120, height: 90, margin: 10, opacity: 0.5 }
  const logos = [
    { slot: 'venue', file: '/srv/club.png', sha256: 'ab', ...box, fault: null },
    { slot: 'sponsor-2', file: '/srv/gone.png', sha256: null, ...box, fault: 'there is no such file' },
  ]
  const made = { frames: 64, bytes: 900, payloadBytes: 800, madeSha256: 'cd' }
  const bookends = [
    { slot: 'intro', file: '/srv/intro.mov', sha256: 'ab', ...made, fault: null },
    {
      slot: 'outro',
      file: '/srv/gone.mov',
      sha256: null,
      frames: null,
      bytes: null,
      payloadBytes: null,
      madeSha256: null,
      fault: 'there is no such file',
    },
  ]
  const branding = { logos, bookends, score: [{ fromSeconds: 1.04, text: 'LIONS 1 : 0 BEARS' }] }
  writeFileSync(folder.file(id, 'recording.json'), JSON.stringify({ ...told, film: { ...told.film, ...arrangement, ...branding } }))
  const film = (await readManifest(folder.file(id)))?.film
  assert.deepEqual(film, { ...told.film, sound: false, ...arrangement, ...branding })
  writeFileSync(folder.file(id, 'recording.json'), JSON.stringify(told))
  const { bookends: none, score: nothing } = (await readManifest(folder.file(id)))?.film ?? {}
  assert.deepEqual([none, nothing], [[], []], 'as it was before there were any')
})

test('what is no manifest of this recording is told as such, whatever it holds, and a link is not followed', async () => {
  using folder = temporaryFolder()
  mkdirSync(folder.file(id))
  const file = folder.file(id, 'recording.json')
  const bad = [
    { ...told, recordingId: newId() },
    { ...told, version: 2 },
    { ...told, endsAt: told.startsAt },
    { ...told, booking: { ...told.booking, id: '../x' } },
    { ...told, chunks: [{ number: -1 }] },
  ]
  const anything = fc.oneof(fc.string(), fc.json(), fc.constantFrom(...bad.map((each) => JSON.stringify(each))))
  const refused = (error: unknown): boolean => error instanceof EzrecError && error.code === 'media_unreadable'
  await fc.assert(
    fc.asyncProperty(anything, async (text) => {
      writeFileSync(file, text)
      await assert.rejects(readManifest(folder.file(id)), refused)
    }),
    { numRuns: 60 },
  )
  const other = newId()
  mkdirSync(folder.file(other))
  writeFileSync(folder.file('elsewhere.json'), JSON.stringify({ ...told, recordingId: other }))
  symlinkSync(folder.file('elsewhere.json'), folder.file(other, 'recording.json'))
  await assert.rejects(readManifest(folder.file(other)), refused)
})
