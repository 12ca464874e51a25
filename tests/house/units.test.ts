import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { apiMemory } from '../../services/api-memory.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { runChild } from '../../src/base/process.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { repository, seedItems } from './seed-table.ts'
import { readUnit } from './unit-file.ts'

const folder = path.join(repository, 'systemd')
const unitFiles = readdirSync(folder).filter((name) => /\.(service|timer|target)$/.test(name))
const textOf = (name: string): string => readFileSync(path.join(folder, name), 'utf8')
const unitOf = (name: string): ReturnType<typeof readUnit> => readUnit(textOf(name))
const services = unitFiles.filter((name) => name.endsWith('.service'))
const longLived = services.filter((name) => unitOf(name)('Type') === 'notify')

/** As `systemd-analyze security` of Debian 12 counts. */
const mostExposed = 1.5

test("the seed's units are here, under its names", () => {
  const seeds = (seedItems['files'] ?? []).filter((file) => file.startsWith('systemd/')).map((file) => path.basename(file))
  assert.equal(seeds.length, 5)
  assert.deepEqual(
    seeds.filter((name) => !unitFiles.includes(name)),
    [],
  )
  assert.deepEqual(longLived.toSorted(), ['dual_recorder.service', 'ezrec-api.service', 'video_worker.service'])
})

test('each unit starts a verb that exists, on the pinned Node of the release that is current, as its own user', async () => {
  for (const name of services) {
    const unit = unitOf(name)
    const [, node = '', program = '', verb = ''] =
      /^(\S+)(?: --max-\S+)* --disable-warning=ExperimentalWarning (\S+) ([a-z]+)( --keep)?$/.exec(unit('ExecStart')) ?? []
    assert.equal(node, '/opt/ezrec-backend/current/runtime/node_modules/.bin/node', name)
    assert.equal(program, '/opt/ezrec-backend/current/bin/ezrec.ts', name)
    assert.ok(existsSync(path.join(repository, 'bin', 'commands', `${verb}.ts`)), `${name} starts ${verb}`)
    assert.equal(unit('User'), 'ezrec', name)
    assert.equal(unit('CapabilityBoundingSet'), '', name)
  }
})

test('the API is held as small under systemd as under our own parent', () => {
  const text = textOf('ezrec-api.service')
  assert.deepEqual(text.match(/(?<= )--max-\S+/g), apiMemory.flags)
  for (const [name, value] of Object.entries(apiMemory.env)) assert.match(text, new RegExp(`^Environment=${name}=${value}$`, 'm'))
})

test('each service is watched, and started again however it ended; a recorder takes no chain with it', () => {
  for (const name of longLived) {
    const unit = unitOf(name)
    assert.ok(Number(unit('WatchdogSec')) >= 30, name)
    assert.equal(unit('Restart'), 'always', name)
    assert.equal(unit('StartLimitIntervalSec'), '0', name)
    assert.ok(Number(unit('TimeoutStopSec')) <= 15, name)
  }
  assert.equal(unitOf('dual_recorder.service')('KillMode'), 'process')
  assert.equal(unitOf('dual_recorder.service')('RestartSec'), '500ms', 'its chains wait 10 s')
  const slowed = / in ([\w -]+); do\n[^\n]*254/.exec(readFileSync(path.join(repository, 'deployment.sh'), 'utf8'))?.[1]
  assert.equal(slowed, 'video_worker ezrec-api', 'systemd never counts back: no recorder may come later for deaths of last week')
  // In a user name space of its own it would not see them in /proc, and take them for dead.
  assert.throws(() => unitOf('dual_recorder.service')('PrivateUsers'), /does not set/)
})

test('a camera may be plugged in after the boot: no device is allowed by a name that the kernel may not know yet', () => {
  const builtIn = new Set(['char-dma_heap', 'char-gpiochip', 'char-vcio', '/dev/udmabuf'])
  const loaded: Readonly<Record<string, string>> = { 'char-media': 'modprobe@mc.service' }
  for (const name of services) {
    const allowed = [...textOf(name).matchAll(/^DeviceAllow=(\S+) rw$/gm)].map(([, device = '']) => device)
    for (const device of allowed) {
      if (/^char-\d+$/.test(device) || builtIn.has(device)) continue
      const words = unitOf(name)('After').split(' ')
      assert.ok(words.includes(loaded[device] ?? 'nothing'), `${name}: ${device}`)
    }
  }
  assert.ok(unitOf('dual_recorder.service')('Wants').includes('modprobe@mc.service'))
})

test('when processor, disk or memory is short, capture wins', () => {
  const weights = ['dual_recorder.service', 'ezrec-api.service', 'video_worker.service', 'system_status.service'].map(unitOf)
  for (const key of ['CPUWeight', 'IOWeight']) {
    const values = weights.map((unit) => Number(unit(key)))
    assert.deepEqual(
      values,
      values.toSorted((a, b) => b - a),
      key,
    )
    assert.ok((values[0] ?? 0) >= 10 * (values[1] ?? 0), key)
  }
  assert.ok(weights.slice(1).every((unit) => Number(unit('OOMScoreAdjust')) > 0))
  assert.ok(Number(weights[0]?.('OOMScoreAdjust')) < -500)
})

test('systemd finds nothing wrong with the units, and little that they expose', async (t) => {
  using copy = temporaryFolder()
  for (const name of unitFiles) {
    const text = textOf(name)
    writeFileSync(copy.file(name), text.replaceAll(/^ExecStart=\S+/gm, `ExecStart=${process.execPath}`))
  }
  try {
    const { code, stdout, stderr } = await runChild('systemd-analyze', ['verify', ...unitFiles.map((name) => copy.file(name))], {
      timeoutMs: 60_000,
    })
    assert.deepEqual({ said: `${stdout.toString()}${stderr}`, code }, { said: '', code: 0 })
    for (const name of services) {
      const asked = await runChild('systemd-analyze', ['--offline=yes', 'security', '--no-pager', copy.file(name)], { timeoutMs: 60_000 })
      const [, level = 'unknown'] = /exposure level for \S+: ([\d.]+)/.exec(asked.stdout.toString('utf8')) ?? []
      assert.ok(Number(level) <= mostExposed, `${name}: ${level}`)
    }
  } catch (error) {
    if (error instanceof EzrecError && error.code === 'program_missing') return t.skip('systemd-analyze is not there')
    throw error
  }
})
