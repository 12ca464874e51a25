// A disk without room, or without room for one more file: footage up to its last byte, and capture again as soon as there is room.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { freeBytes } from '../../src/base/files.ts'
import { createSegmentFile } from '../../src/capture/segment-file.ts'
import { cannotMount } from '../machine.ts'
import { pause } from '../real-session.ts'
import { lookInto, memoryDisk, seconds, startCamera, takesOn, untilTakes } from './failing-disk.ts'

test(
  'a disk that is full is used to its last page, and capture goes on in a new take when there is room again',
  { skip: cannotMount },
  async () => {
    await using disk = await memoryDisk(12 * 1_024)
    const ballast = path.join(disk.path, 'ballast')
    writeFileSync(ballast, Buffer.alloc(9 * 1_024 * 1_024, 1))
    await using running = await startCamera(disk.path)
    while ((await freeBytes(disk.path)) > 4_096) await pause(50)
    await pause(2_500) // long enough for a take that gave up too early to show
    assert.ok((await freeBytes(disk.path)) < 64 * 1_024, 'what a cut picture gives back is all that is free')
    const filmed = bytesBelow(disk.path) - statSync(ballast).size
    rmSync(ballast)
    await untilTakes(disk.path, (takes) => takes.slice(1).some((take) => seconds(take) >= 2))
    await running.stop()
    const [first, ...later] = await takesOn(disk.path)
    assert.ok(first)
    assert.deepEqual(
      later.map(({ ended }) => ended?.cause),
      [...later.slice(1).map(() => 'disk'), 'stopped'], // a picture that was cut may give room to begin a take, and to no more
    )
    assert.equal(first.ended?.cause, 'disk')
    assert.match(first.ended.detail, /no space left/)
    const { lost, jumps } = await lookInto(first)
    assert.deepEqual({ lost, jumps }, { lost: 0, jumps: [] })
    const kept = first.segments.reduce((sum, { bytes }) => sum + bytes, 0)
    assert.ok(kept > 3 * 1_024 * 1_024 - 128 * 1_024 && filmed >= kept, `${kept} of ${filmed} bytes, ${seconds(first)} s`)
  },
)

test('a disk that has no room for one more file keeps the segments there are and waits for files', { skip: cannotMount }, async () => {
  const files = 9 // the root, the day, the take, the journal, five segments
  await using disk = await memoryDisk(256 * 1_024, files)
  await using running = await startCamera(disk.path)
  const [full] = await untilTakes(disk.path, ([take]) => take?.ended !== undefined)
  await pause(2_000)
  assert.deepEqual([full?.ended?.cause, full?.segments.map(({ frames }) => frames)], ['disk', [50, 50, 50, 50, 50]])
  assert.equal((await takesOn(disk.path)).length, 1)
  await disk.remount('nr_inodes=1000')
  await untilTakes(disk.path, (takes) => (takes[1]?.segments.length ?? 0) >= 1)
  await running.stop()
  const takes = await takesOn(disk.path)
  assert.deepEqual(
    takes.map(({ ended }) => ended?.cause),
    ['disk', 'stopped'],
  )
  for (const take of takes) assert.deepEqual((({ lost, jumps }) => ({ lost, jumps }))(await lookInto(take)), { lost: 0, jumps: [] })
  const day = path.join(disk.path, readdirSync(disk.path)[0] ?? '')
  assert.equal(readdirSync(day).length, 2, 'takes that could not begin leave no folder')
})

test(
  'a disk that is full before the camera is wanted is tried until there is room, and no try leaves anything behind',
  { skip: cannotMount },
  async () => {
    await using disk = await memoryDisk(12 * 1_024)
    const ballast = path.join(disk.path, 'ballast')
    assert.throws(() => writeFileSync(ballast, Buffer.alloc(13 * 1_024 * 1_024, 1)), { code: 'ENOSPC' })
    await using running = await startCamera(disk.path)
    await pause(5_000)
    const left = readdirSync(disk.path, { recursive: true, encoding: 'utf8' })
    assert.ok(left.length <= 3, `at most the day and the folder of a try that is under way: ${left.join(' ')}`)
    rmSync(ballast)
    await untilTakes(disk.path, ([take]) => (take?.segments.length ?? 0) >= 1)
    await running.stop()
    assert.equal((await takesOn(disk.path)).length, 1)
    assert.equal(readdirSync(disk.path).length, 1)
  },
)

test('a write of which the disk takes only a part has failed, and what it took is counted', { skip: cannotMount }, async () => {
  await using disk = await memoryDisk(64)
  const file = path.join(disk.path, '000000.ts')
  const segment = await createSegmentFile(file, 0)
  await using _ = { [Symbol.asyncDispose]: () => segment.close() }
  await assert.rejects(segment.write([Buffer.alloc(10_000, 1), Buffer.alloc(100_000, 2)]), { code: 'ENOSPC' })
  const written = readFileSync(file)
  assert.deepEqual([segment.bytes, segment.sha256()], [written.length, createHash('sha256').update(written).digest('hex')])
  assert.ok(segment.bytes > 10_000)
})

function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0)
}
