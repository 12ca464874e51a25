import assert from 'node:assert/strict'
import { test } from 'node:test'
import { smallRecording } from '../../../tests/small-recording.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { forgetChunks } from '../chunk-store.ts'
import { addSmallPictures, hasSmallPictures, listSmallPictures } from './small-picture-store.ts'
import { openSmallPictures, type SmallPicture } from './small-pictures.ts'

const fps = 25
const picture = (kind: SmallPicture['kind'], frame: number, lost = 0): SmallPicture => ({
  kind,
  frame,
  lost,
  width: 2,
  height: 2,
  data: Buffer.from([1, 2, 3, 4, 5, frame % 256]),
})

test('pictures come back as they were, in the order of the film; a longer film keeps every other one; with its chunks they go', async () => {
  using folder = temporaryFolder()
  using small = await smallRecording(folder.path, { frames: 1 })
  const { db } = small
  for (const frame of [100, 0, 39_900]) addSmallPictures(db, 'r', [picture('thumbnail', frame)], fps)
  assert.deepEqual(listSmallPictures(db, 'r', 'thumbnail'), [
    picture('thumbnail', 0),
    picture('thumbnail', 100),
    picture('thumbnail', 39_900),
  ])
  addSmallPictures(db, 'r', [picture('thumbnail', 40_000)], fps)
  assert.deepEqual(
    listSmallPictures(db, 'r', 'thumbnail').map(({ frame }) => frame),
    [0, 40_000],
  )
  forgetChunks(db, 'r')
  assert.equal(hasSmallPictures(db, 'r'), false)
})

test('the preview is the latest picture that shows no less than the one before', async () => {
  using folder = temporaryFolder()
  using small = await smallRecording(folder.path, { frames: 1 })
  const preview = (): number[] => listSmallPictures(small.db, 'r', 'preview').map(({ frame }) => frame)
  const add = (frame: number, lost: number): void => addSmallPictures(small.db, 'r', [picture('preview', frame, lost)], fps)
  add(0, 1)
  add(200, 1)
  assert.deepEqual(preview(), [200])
  add(1_600, 2)
  assert.deepEqual(preview(), [200], 'both cameras were lost')
  add(12_800, 0)
  assert.deepEqual(preview(), [12_800])
})

test('of a canvas that cannot be sampled nothing is taken, and the film goes on', () => {
  const seen: SmallPicture[] = []
  const troubles: number[] = []
  const broken = openSmallPictures({
    canvas: { width: 3, height: 3 },
    fps,
    onTrouble: (_err, frame) => void troubles.push(frame),
    onPicture: (each) => void seen.push(each),
  })
  broken.see(0, Buffer.alloc(27), 0)
  broken.see(100, Buffer.alloc(27), 0)
  assert.deepEqual({ seen, troubles }, { seen: [], troubles: [0] })
})

test('every four seconds a thumbnail, at the beginning a preview, each whole inside its box', () => {
  const seen: SmallPicture[] = []
  const canvas = { width: 2_560, height: 720 }
  const pictures = openSmallPictures({ canvas, fps, onTrouble: () => assert.fail(), onPicture: (each) => void seen.push(each) })
  const data = Buffer.alloc((canvas.width * canvas.height * 3) / 2, 77)
  for (let frame = 0; frame < 210; frame += 1) pictures.see(frame, data, 1)
  assert.deepEqual(
    seen.map(({ kind, frame, width, height, lost, data: small }) => [kind, frame, width, height, lost, small.length]),
    [
      ['thumbnail', 0, 240, 66, 1, 23_760],
      ['preview', 0, 1_200, 336, 1, 604_800],
      ['thumbnail', 100, 240, 66, 1, 23_760],
      ['thumbnail', 200, 240, 66, 1, 23_760],
      ['preview', 200, 1_200, 336, 1, 604_800],
    ],
  )
})
