// The light on the court with everything real but the lamp: a recording, its cameras, their takes.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { readApiAddress } from '../../src/api/address.ts'
import { installGpioset } from '../programs/gpioset-folder.ts'
import { openHome } from '../real-session.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { until } from '../until.ts'

const health = z.object({ data: z.object({ recording: z.boolean() }) })

test('the light is on while the cameras are kept, everybody may ask whether it is, and it is off afterwards', async () => {
  using folder = temporaryFolder()
  const gpio = installGpioset(folder.path, 2)
  await using home = await openHome()
  const session = await home.start(['record', '--seconds', '5', '--json'], { PATH: gpio.path, STATUS_LED: 'gpio:GPIO17' })
  await until(() => gpio.told().at(-1) === '1', 'the light is on', 60_000)
  let recording = false
  while (!recording && gpio.told().at(-1) === '1') {
    const address = await readApiAddress(home.folder)
    if (address) recording = health.parse(await (await fetch(new URL('/health', address.url))).json()).data.recording
  }
  assert.equal(recording, true)
  assert.equal((await session.ended).code, 0)
  assert.deepEqual(gpio.told(), ['0', '1', '0'])
})

test('a lamp that is broken costs nothing but the light', async () => {
  using folder = temporaryFolder()
  await using home = await openHome()
  const gpio = installGpioset(folder.path, 1)
  const ended = await home.run(['record', '--seconds', '3', '--json'], { PATH: gpio.path, STATUS_LED: 'gpio:NO-SUCH-LINE' })
  assert.equal(ended.code, 0, ended.stderr)
  const log = readFileSync(path.join(home.folder, 'logs', 'dual_recorder.log'), 'utf8')
  assert.equal(log.match(/there is no GPIO line NO-SUCH-LINE/g)?.length, 1, 'told once')
})
