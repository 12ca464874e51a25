import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { judgeSettings } from '../../config/settings.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { preflight } from './preflight.ts'

test('a store on a stick as it is sold is refused before anything starts, unless it is filming that starts', async () => {
  using folder = temporaryFolder()
  writeFileSync(
    folder.file('mounts'),
    `22 1 8:2 / / rw - ext4 /dev/sda2 rw\n30 22 8:17 / ${folder.file('stick')} rw - exfat /dev/sdb1 rw\n`,
  )
  const env = { STORE_DIR: folder.file('stick', 'store') }
  const { settings } = judgeSettings(env, { home: folder.file('home'), cwd: folder.path })
  await assert.rejects(preflight(settings, 1, { mountsFile: folder.file('mounts') }), {
    code: 'forbidden',
    message: /STORE_DIR cannot be used: .* exFAT/,
    hint: /ext4/,
  })
  const usual = judgeSettings({}, { home: folder.file('home'), cwd: folder.path })
  await preflight(usual.settings, 1, { mountsFile: folder.file('mounts') })
  const said: string[] = []
  await preflight(settings, 1, { mountsFile: folder.file('mounts'), warn: (line) => said.push(line) })
  assert.match(said.join('\n'), /^STORE_DIR cannot be used: .* exFAT.*films wait/)
  const onStick = judgeSettings({ TAKES_DIR: folder.file('stick', 'takes') }, { home: folder.file('home'), cwd: folder.path })
  await assert.rejects(preflight(onStick.settings, 1, { mountsFile: folder.file('mounts'), warn: () => undefined }), { code: 'forbidden' })
})
