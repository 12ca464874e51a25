// A disk that answers a write or a sync with an error: the file is given up, what stands on the disk is kept, and the cause is told.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { startChild } from '../../src/base/process.ts'
import { endAbandonedTake } from '../../src/capture/recovery.ts'
import type { Take } from '../../src/capture/take.ts'
import { cannotTrace } from '../machine.ts'
import { processesOf } from '../real-session.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { lookInto, startChain, takesOn, untilTakes } from './failing-disk.ts'

type Broken = { take: Take; code: number | null; calls: readonly string[] }

/** A chain whose `file` answers with EIO as `injection` says, run until it ends by itself. `calls` are the traced ones on that file. */
async function breakFile(file: string, injection: string, segmentMs = 2_000): Promise<Broken> {
  using home = temporaryFolder()
  const trace = home.file('trace')
  await using chain = await startChain(home.path, {
    segmentMs,
    strace: (folder) => ['-o', trace, '-y', '-P', `${folder}/${file}`, '-e', 'trace=write,writev,fsync,fdatasync', '-e', injection],
  })
  const { code } = await chain.child.exited
  const [take] = await takesOn(home.path)
  assert.ok(take)
  await assertWhole(take)
  const lines = readFileSync(trace, 'utf8').split('\n')
  return { take, code, calls: lines.filter((line) => line.includes(file)) }
}

async function assertWhole(take: Take): Promise<void> {
  const { lost, jumps } = await lookInto(take)
  assert.deepEqual({ lost, jumps }, { lost: 0, jumps: [] })
}

test('a write that fails ends the take: its file is cut after its last whole picture and told', { skip: cannotTrace }, async () => {
  const { take, code, calls } = await breakFile('000001.ts', 'inject=write,writev:error=EIO:when=3+')
  assert.equal(code, 0)
  assert.equal(take.ended?.cause, 'disk')
  assert.match(take.ended.detail, /EIO/)
  assert.deepEqual([take.segments.map(({ number }) => number), take.segments[0]?.frames], [[0, 1], 50])
  assert.equal(calls.filter((line) => /writev?\(.*EIO/.test(line)).length, 1, 'it is not written again')
})

test('a sync that fails is never tried again: what was durable before it is told, no more', { skip: cannotTrace }, async () => {
  const { take, code, calls } = await breakFile('000001.ts', 'inject=fsync,fdatasync:error=EIO')
  assert.equal(code, 0)
  assert.equal(take.ended?.cause, 'disk')
  assert.deepEqual(
    take.segments.map(({ number }) => number),
    [0],
    'nothing of the file was durable',
  )
  assert.equal(calls.filter((line) => /sync\(/.test(line)).length, 1)
})

test('a sync that fails after others had succeeded costs only what they did not cover', { skip: cannotTrace }, async () => {
  const { take, calls } = await breakFile('000000.ts', 'inject=fsync:error=EIO', 4_000)
  assert.equal(take.ended?.cause, 'disk')
  const [first] = take.segments
  assert.ok(first && first.frames >= 40 && first.frames < 100, `${first?.frames} pictures`)
  assert.equal(calls.filter((line) => /fsync\(/.test(line)).length, 1)
  assert.ok(
    calls.findLastIndex((line) => /sync\(/.test(line)) === calls.findIndex((line) => /fsync\(/.test(line)),
    `nor is it synced in another way: ${calls.filter((line) => /sync/.test(line)).join(' | ')}`,
  )
})

test('a journal that cannot be synced ends the chain in order, and the next life adopts what is there', { skip: cannotTrace }, async () => {
  using home = temporaryFolder()
  await using chain = await startChain(home.path)
  await untilTakes(home.path, ([take]) => (take?.segments.length ?? 0) >= 1)
  const journal = path.join(chain.folder, 'journal.ndjson')
  const attached = ['-f', '-qq', '-o', home.file('trace'), '-p', String(chain.child.pid), '-P', journal]
  await using _tracer = await startChild('strace', [...attached, '-e', 'trace=fdatasync', '-e', 'inject=fdatasync:error=EIO'])
  const { code } = await chain.child.exited
  assert.deepEqual([code, (await takesOn(home.path))[0]?.ended], [1, undefined])
  assert.match(chain.child.stderrTail(), /camera chain: EIO/)
  const [take] = await takesOn(home.path)
  assert.ok(take)
  await endAbandonedTake(take, 'killed')
  const [now] = await takesOn(home.path)
  assert.ok(now)
  await assertWhole(now)
  assert.equal(now.ended?.cause, 'killed')
  assert.ok(now.segments.length > take.segments.length, 'the open segment is adopted')
  assert.deepEqual(processesOf(home.path), [], 'no camera is left running')
})
