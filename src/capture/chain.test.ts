import assert from 'node:assert/strict'
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { takeInstanceLock } from '../adapters/instance-lock.ts'
import { startChild } from '../base/process.ts'
import { openSpares } from './chain.ts'
import { firstContinuity, packetize } from './mpegts/writer.ts'
import { readJournal } from './recovery.ts'
import { segmentFile } from './segment-writer.ts'

const deaf = path.join(import.meta.dirname, '..', '..', 'tests', 'programs', 'never-stops.ts')

/** The ladder's last rung comes long after what is looked at. */
const patience = Array.from({ length: 60 }, () => 'SIGINT' as const)

test('that a camera hangs is told while its program, which heeds no signal, still lives', async () => {
  using folder = temporaryFolder()
  const take = folder.file('take')
  mkdirSync(take)
  const told = Promise.withResolvers<string>()
  await using spares = openSpares('left', folder.path, (line) => told.resolve(line))
  const chain = await spares.begin({
    ...{ takeId: 'a', rigId: 'rig', camera: 'left', folder: take, segmentMs: 4_000, stallMs: 500, startMs: 500 },
    command: { program: process.execPath, args: [deaf], stopSignals: [...patience, 'SIGKILL'] },
  })
  assert.match(await Promise.race([told.promise, chain.exited.then(() => 'it ended without a word')]), /no picture comes any more/)
  const source = (await readJournal(take))?.source
  assert.ok(source && existsSync(`/proc/${source.pid}`), 'its program still lives')
  process.kill(source.pid, 'SIGKILL')
  assert.deepEqual(await chain.over, { told: true })
  await chain.exited
  const { ended } = (await readJournal(take)) ?? {}
  assert.equal(ended?.cause, 'stalled')
  assert.ok(!existsSync(`/proc/${source.pid}`))
})

test('the last pictures of a camera that hangs are on the disk before anybody has missed the next one', async () => {
  using folder = temporaryFolder()
  const take = folder.file('take')
  mkdirSync(take)
  const first = packetize({ data: Buffer.alloc(300, 9), ptsTicks: 0, keyFrame: true }, firstContinuity)
  const second = packetize({ data: Buffer.alloc(300, 9), ptsTicks: 3_600, keyFrame: false }, first.continuity)
  writeFileSync(folder.file('first'), first.packets)
  writeFileSync(folder.file('second'), second.packets)
  await using spares = openSpares('left', folder.path, () => undefined)
  const chain = await spares.begin({
    ...{ takeId: 'a', rigId: 'rig', camera: 'left', folder: take, segmentMs: 4_000, stallMs: 60_000, startMs: 60_000 },
    command: {
      program: 'sh',
      args: ['-c', 'cat "$0"; sleep 0.04; cat "$1"; exec sleep 60', folder.file('first'), folder.file('second')],
      stopSignals: ['SIGKILL'],
    },
  })
  const segment = path.join(take, segmentFile(0))
  const whole = first.packets.length + second.packets.length
  const written = (): number => (existsSync(segment) ? statSync(segment).size : 0)
  for (let waited = 0; waited < 1_000 && written() < whole; waited += 1) await sleep(20)
  assert.equal(written(), whole)
  chain.stop()
  await chain.exited
  assert.equal((await readJournal(take))?.ended?.cause, 'stopped')
})

test('a camera whose clock is set under way is let go, and what it filmed before is kept as a take of its own', async () => {
  using folder = temporaryFolder()
  const take = folder.file('take')
  mkdirSync(take)
  let continuity = firstContinuity
  const packets = [0, 3_600, 3_600 * 90_000].map((ptsTicks) => {
    const made = packetize({ data: Buffer.alloc(300, 9), ptsTicks, keyFrame: true }, continuity)
    continuity = made.continuity
    return made.packets
  })
  writeFileSync(folder.file('stream'), Buffer.concat(packets))
  await using spares = openSpares('left', folder.path, () => undefined)
  const chain = await spares.begin({
    ...{ takeId: 'a', rigId: 'rig', camera: 'left', folder: take, segmentMs: 4_000, stallMs: 60_000, startMs: 60_000 },
    command: { program: 'sh', args: ['-c', 'cat "$0"; exec sleep 60', folder.file('stream')], stopSignals: ['SIGKILL'] },
  })
  assert.deepEqual(await chain.over, { told: true })
  await chain.exited
  const { ended, segments } = (await readJournal(take)) ?? {}
  assert.equal(ended?.cause, 'stamps-jumped')
  assert.deepEqual(
    segments?.map(({ frames, lastTicks }) => [frames, lastTicks]),
    [[2, 3_600]],
  )
})

test('a chain whose recorder was killed ends with its camera, so that the next recorder sees that it must begin a take', async () => {
  using folder = temporaryFolder()
  using _ = takeInstanceLock(folder.path, 'recorder') // the next recorder lives
  const take = folder.file('take')
  mkdirSync(take)
  await using chain = await startChild(process.execPath, [path.join(import.meta.dirname, 'camera-chain.ts')], {
    stdin: 'pipe',
    stdout: 'ignore',
  })
  const order = {
    ...{ takeId: 'a', rigId: 'rig', camera: 'left', folder: take, segmentMs: 4_000, stallMs: 60_000, startMs: 60_000 },
    recorder: { folder: folder.path, name: 'recorder' },
    command: { program: process.execPath, args: ['-e', 'setTimeout(() => {}, 1000)'], stopSignals: ['SIGKILL'] },
  }
  chain.stdin?.end(`${JSON.stringify(order)}\n`) // and the first one is gone without a word
  assert.equal(await Promise.race([chain.exited.then(() => 'it ended'), sleep(20_000, 'it lives on', { ref: false })]), 'it ended')
  assert.equal((await readJournal(take))?.ended?.cause, 'camera-ended')
})
