// What stands in the way is told before anything is started: the fault, the mend, and an exit code.

import assert from 'node:assert/strict'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { test } from 'node:test'
import { openHome, processesOf, type Ended } from '../real-session.ts'

function refused(ended: Ended, code: number, ...words: readonly RegExp[]): void {
  assert.equal(ended.code, code, ended.stderr)
  for (const word of words) assert.match(ended.stderr, word)
  assert.match(ended.stderr, /hint: /)
  assert.doesNotMatch(ended.stderr, /\n\s+at /, 'no stack for people')
}

test('a second instance on one home is refused politely, and the first goes on', async () => {
  await using home = await openHome()
  const first = await home.start(['up'])
  for (let waited = 0; processesOf(home.folder).length < 4 && waited < 200; waited += 1)
    await new Promise((resolve) => setTimeout(resolve, 100))
  refused(await home.run(['up']), 1, /another EZREC already uses/, /process \d+/)
  first.child.kill('SIGINT')
  assert.equal((await first.ended).code, 0)
})

test('a port that is taken is told with its holder', async () => {
  await using home = await openHome()
  await using server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  refused(
    await home.run(['demo', '--once', '--seconds', '2', '--port', String(port)]),
    1,
    new RegExp(`port ${port} is taken by process ${process.pid}`),
  )
})

test('a home that cannot be written is told', async () => {
  await using home = await openHome()
  const file = path.join(home.folder, 'a-file')
  await writeFile(file, '')
  const ended = await home.run(['--home', path.join(file, 'home'), 'record', '--seconds', '2'])
  assert.equal(ended.code, 2)
  assert.match(ended.stderr, /a-file.*a file stands there, or above it/)
})

test('a disk without room is told before anything starts', async () => {
  await using home = await openHome()
  refused(
    await home.run(['record', '--seconds', '43200'], {
      CAMERA_BITRATE_KBPS: '50000',
      MERGE_MAX_RATE_KBPS: '50000',
      BOOKING_MAX_HOURS: '12',
    }),
    1,
    /MiB left/,
    /EZREC_HOME/,
  )
})

test('a machine without ffmpeg, or with an old one, is told what to install', async () => {
  await using home = await openHome()
  const bin = path.join(home.folder, 'bin')
  await mkdir(bin)
  refused(await home.run(['record', '--seconds', '2'], { PATH: bin }), 1, /could not start ffmpeg/, /install ffmpeg/)
  await writeFile(path.join(bin, 'ffmpeg'), '#!/bin/sh\necho "ffmpeg version 4.4.2-0ubuntu0 Copyright"\n')
  await chmod(path.join(bin, 'ffmpeg'), 0o755)
  refused(await home.run(['record', '--seconds', '2'], { PATH: `${bin}:/bin` }), 1, /ffmpeg 4\.4\.2-0ubuntu0 is too old/)
})

test('settings that are wrong are told all together, with exit code 2', async () => {
  await using home = await openHome()
  refused(await home.run(['record', '--seconds', '2'], { RESOLUTION: '641x360', RECORDING_FPS: 'many' }), 2, /RESOLUTION/, /RECORDING_FPS/)
})
