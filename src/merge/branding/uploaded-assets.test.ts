import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { judgeSettings } from '../../../config/settings.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { ffmpegBase } from '../../adapters/ffmpeg.ts'
import { removeUnfinished } from '../../base/files.ts'
import { runChild, startChild } from '../../base/process.ts'
import { receiveAsset } from './receive-asset.ts'
import { brandingInForce, findUploaded } from './uploaded-assets.ts'

const program = path.join(import.meta.dirname, '../../../tests/programs/receives-an-asset.ts')

test('what was uploaded takes the place of the setting’s, at its place and in its size, and no other', async () => {
  using folder = temporaryFolder()
  const home = folder.path
  const given = {
    MAIN_LOGO_PATH: '/set/main.png',
    INTRO_VIDEO_PATH: '/set/intro.mp4',
    SPONSOR_1_POSITION: 'top-center',
    LOGO_OPACITY: '0.5',
  }
  const { branding, paths } = judgeSettings(given, { home, cwd: home }).settings
  assert.deepEqual(await brandingInForce(branding, paths.uploadedBranding), branding, 'nothing was sent')
  mkdirSync(paths.uploadedBranding)
  for (const name of ['sponsor-1', 'intro', 'venue.12.ab.tmp', 'nonsense']) writeFileSync(path.join(paths.uploadedBranding, name), 'x')
  const { logos, intro, outro, opacity } = await brandingInForce(branding, paths.uploadedBranding)
  assert.deepEqual(
    logos.map(({ slot, file, position, width }) => [slot, file, position, width]),
    [
      ['platform', '/set/main.png', 'bottom-right', 400],
      ['sponsor-1', path.join(paths.uploadedBranding, 'sponsor-1'), 'top-center', 120],
    ],
  )
  assert.deepEqual([intro, outro, opacity], [path.join(paths.uploadedBranding, 'intro'), undefined, 0.5])
})

test('a power cut between the last byte and the rename leaves what stood, and what is half there is swept', async (t) => {
  using home = temporaryFolder()
  const folder = home.file('uploaded')
  const pictures = home.path
  for (const colour of ['red', 'blue']) {
    const { code } = await runChild('ffmpeg', [
      ...ffmpegBase,
      ...['-f', 'lavfi', '-i', `color=${colour}:s=32x32`, '-frames:v', '1', path.join(pictures, `${colour}.png`)],
    ])
    assert.equal(code, 0)
  }
  const red = readFileSync(path.join(pictures, 'red.png'))
  const order = { folder, asset: 'venue', tooLarge: () => new Error('too large') } as const
  await receiveAsset(
    {
      ...order,
      pieces: (async function* () {
        yield red
      })(),
    },
    t.signal,
  )
  const child = await startChild(process.execPath, [program, folder, path.join(pictures, 'blue.png')], { stdout: 'pipe' })
  for await (const _said of child.stdout ?? []) break
  child.kill('SIGKILL')
  await child.exited
  assert.equal(readdirSync(folder).length, 2)
  assert.deepEqual(readFileSync(path.join(folder, 'venue')), red)
  await removeUnfinished(folder)
  assert.deepEqual(readdirSync(folder), ['venue'])
  assert.equal((await findUploaded(folder, 'venue'))?.bytes, red.length)
  assert.equal(await findUploaded(folder, 'intro'), undefined)
})
