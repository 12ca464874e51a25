import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadedOf, units } from './systemctl.ts'

test('only units that systemd has loaded are there', () => {
  const shown =
    'Id=dual_recorder.service\nLoadState=loaded\n\nLoadState=not-found\nId=video_worker.service\n\nId=ezrec-api.service\nLoadState=masked\n'
  assert.deepEqual(loadedOf(shown, units), ['dual_recorder.service'])
  assert.deepEqual(loadedOf('', units), [])
  assert.deepEqual(loadedOf('Id=ezrec-api.service\nLoadState=loaded', ['video_worker.service']), [], 'nobody asked for it')
})
