// A byte of a segment changes on the disk: it is found when the segment is read back, and told before the film is published.

import assert from 'node:assert/strict'
import { closeSync, openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { examineFilm, openHome, pause, readAnswer, untilRecording } from '../real-session.ts'

test('a byte that changes on the disk is found and told before the film is published', async () => {
  await using home = await openHome()
  const session = await home.start(['record', '--seconds', '12', '--json'])
  await untilRecording(home.folder, 500)
  const takes = path.join(home.folder, 'takes')
  const file = await growingSegment(takes, 'left')
  changeByte(file, 30_000)
  const ended = await session.ended
  assert.equal(ended.code, 0, ended.stderr)
  const answer = readAnswer(ended)
  const damaged = eventsOf(home.folder, 'segment.damaged')
  assert.deepEqual(
    damaged.map(({ segment }) => segment),
    [Number(path.basename(file, '.ts'))],
  )
  assert.ok((damaged[0]?.atMs ?? Number.NaN) <= Date.parse(answer.publishedAt))
  assert.equal((await examineFilm(answer.video.path)).frames, 300)
})

/** A segment of a camera that is being written and holds some seconds already. */
async function growingSegment(takes: string, camera: string): Promise<string> {
  for (let waited = 0; waited < 300; waited += 1) {
    const segments = readdirSync(takes, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && name.includes(`-${camera}`),
    )
    const last = segments.toSorted().at(-1)
    if (last !== undefined && statSync(path.join(takes, last)).size > 200_000) return path.join(takes, last)
    await pause(50)
  }
  return assert.fail('no segment is growing')
}

function changeByte(file: string, at: number): void {
  const open = openSync(file, 'r+')
  const byte = Buffer.alloc(1)
  readSync(open, byte, 0, 1, at)
  writeSync(open, Buffer.from([(byte[0] ?? 0) ^ 0xff]), 0, 1, at)
  closeSync(open)
}

function eventsOf(home: string, kind: string): { segment: unknown; atMs: number }[] {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
  using db = new DatabaseSync(path.join(home, 'ezrec.sqlite'), { readOnly: true, timeout: 5_000 })
  return db
    .prepare("select at_ms, json_extract(facts, '$.segment') as segment from event where kind = ? order by id")
    .all(kind)
    .map((row) => ({ segment: row['segment'], atMs: Number(row['at_ms']) }))
}
