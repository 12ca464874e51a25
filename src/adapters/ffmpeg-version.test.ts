import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { temporaryFolder, type TemporaryFolder } from '../../tests/temporary-folder.ts'
import { assertFfmpeg, ffmpegVersion, isOlder } from './ffmpeg-version.ts'

function pretend(folder: TemporaryFolder, version: string, encoder: string): string {
  const file = folder.file('ffmpeg')
  writeFileSync(file, `#!/bin/sh\necho 'ffmpeg version ${version} Copyright' >&2\necho "${encoder}"\n`)
  chmodSync(file, 0o755)
  return file
}

test('the ffmpeg of this machine will do', async () => {
  const { version } = await assertFfmpeg()
  assert.match(version, /\d/)
  assert.equal(version, await ffmpegVersion())
})

test('a version is too old before 5.1; one without numbers in front is taken for new', () => {
  for (const old of ['4.4.2', '5.0.1-3', '5.0', 'n4.3', '0.11']) assert.equal(isOlder(old), true, old)
  for (const fine of ['5.1.9-0+deb12u1', '5.1', '7.1', 'n6.0', '10.0', 'N-112233-gabc', '5.10', 'unknown'])
    assert.equal(isOlder(fine), false, fine)
})

test('an old one, one without the encoder and a missing one are refused with the mend', async () => {
  using folder = temporaryFolder()
  await assert.rejects(assertFfmpeg(pretend(folder, '4.4', 'Encoder libx264')), {
    code: 'program_missing',
    message: /4\.4 is too old: 5\.1/,
    facts: { version: '4.4' },
  })
  await assert.rejects(assertFfmpeg(pretend(folder, '7.1', "Codec 'libx264' is not recognized")), {
    code: 'program_missing',
    message: /no libx264/,
  })
  assert.deepEqual(await assertFfmpeg(pretend(folder, '7.1', 'Encoder libx264 [H.264]')), { version: '7.1' })
  await assert.rejects(assertFfmpeg(folder.file('none')), { code: 'program_missing' })
})
