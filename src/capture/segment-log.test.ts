import assert from 'node:assert/strict'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { temporaryFolder, type TemporaryFolder } from '../../tests/temporary-folder.ts'
import { writeTake } from '../../tests/written-take.ts'
import { newId } from '../base/ids.ts'
import type { JournalLine } from './journal.ts'
import { openSegmentLog, takeFolder } from './segment-log.ts'

const noon = Date.UTC(2026, 4, 2, 12)
const day = 86_400_000

function begin(
  home: TemporaryFolder,
  options: { atMs?: number; camera?: 'left' | 'right'; rigId?: string } = {},
): { id: string; tell(line: JournalLine): number } {
  const { atMs = noon, camera = 'left', rigId = 'rig' } = options
  const id = newId()
  const folder = takeFolder(home.path, id, camera, atMs)
  mkdirSync(folder, { recursive: true })
  const tell = (line: JournalLine): number => {
    const text = `${JSON.stringify(line)}\n`
    appendFileSync(path.join(folder, 'journal.ndjson'), text)
    return text.length
  }
  return { id, tell: (line) => tell(line.is === 'begun' ? { ...line, takeId: id, camera, rigId, atMs } : line) }
}

const begun: JournalLine = {
  is: 'begun',
  version: 1,
  takeId: '',
  rigId: '',
  camera: 'left',
  bootId: 'boot',
  atMs: 0,
  pid: 5,
  startTicks: 6,
}
const ended: JournalLine = { is: 'ended', cause: 'stopped', atMs: noon + 9 }
const closed: JournalLine = { is: 'closed', number: 0, firstTicks: 1, lastTicks: 2, frames: 3, bytes: 4, sha256: 'x' }

test('a folder stands under the UTC day of its beginning', () => {
  assert.equal(takeFolder('/t', 'ID', 'left', Date.UTC(2026, 4, 2, 23, 59, 59, 999)), '/t/2026-05-02/ID-left')
})

test('a take grows line by line, and each line is read once', async () => {
  using home = temporaryFolder()
  const log = openSegmentLog({ takesFolder: home.path, rigId: 'rig', sinceMs: noon })
  const take = begin(home)
  await log.refresh()
  assert.equal(log.takes.length, 0)
  let bytes = take.tell(begun)
  await log.refresh()
  const seen = log.takes[0]
  assert.deepEqual(
    [seen?.id, seen?.camera, seen?.bootId, seen?.begunAtMs, seen?.chain],
    [take.id, 'left', 'boot', noon, { pid: 5, startTicks: 6 }],
  )
  bytes += take.tell({ is: 'source', pid: 7, startTicks: 8 })
  bytes += take.tell({ is: 'opened', number: 0, firstTicks: 1 })
  bytes += take.tell({ is: 'anchor', ticks: 1, monotonicUs: 2, utcMs: 3, frames: 4 })
  bytes += take.tell(closed)
  await log.refresh()
  await log.refresh()
  const grown = log.takes[0]
  assert.deepEqual(grown?.source, { pid: 7, startTicks: 8 })
  assert.deepEqual(grown.opened, [{ number: 0, firstTicks: 1 }])
  assert.deepEqual(grown.anchors, [{ ticks: 1, monotonicUs: 2, utcMs: 3, frames: 4 }])
  assert.deepEqual(grown.segments, [{ number: 0, firstTicks: 1, lastTicks: 2, frames: 3, bytes: 4, sha256: 'x' }])
  assert.equal(log.journalBytes(take.id), bytes)
  take.tell(ended)
  await log.refresh()
  assert.deepEqual(log.takes[0]?.ended, { cause: 'stopped', detail: '', atMs: noon + 9 })
  assert.equal(log.journalBytes('none'), 0)
})

test('takes come in the order they began, of this rig alone, from the day before the asked one on', async () => {
  using home = temporaryFolder()
  const old = begin(home, { atMs: noon - 2 * day })
  const first = begin(home, { atMs: noon - day })
  const other = begin(home, { rigId: 'another' })
  const second = begin(home, { camera: 'right' })
  for (const take of [second, other, old, first]) take.tell(begun)
  const log = openSegmentLog({ takesFolder: home.path, rigId: 'rig', sinceMs: noon })
  await log.refresh()
  assert.deepEqual(
    log.takes.map(({ id }) => id),
    [first.id, second.id],
  )
})

test('foreign folders and files are not followed; no folder at all is an empty log', async () => {
  using home = temporaryFolder()
  const log = openSegmentLog({ takesFolder: home.file('takes'), rigId: 'rig', sinceMs: noon })
  await log.refresh()
  for (const name of ['2026-05-02/short-left', `2026-05-02/${newId()}-middle`, `lost+found/${newId()}-left`]) {
    mkdirSync(home.file('takes', name), { recursive: true })
    writeFileSync(home.file('takes', name, 'journal.ndjson'), `${JSON.stringify({ ...begun, rigId: 'rig' })}\n`)
  }
  await log.refresh()
  assert.deepEqual(log.takes, [])
})

test('a journal that does not begin with a beginning is no take', async () => {
  using home = temporaryFolder()
  begin(home).tell(closed)
  const log = openSegmentLog({ takesFolder: home.path, rigId: 'rig', sinceMs: noon })
  await log.refresh()
  assert.deepEqual(log.takes, [])
})

test('two who ask at once get every line once', async () => {
  using home = temporaryFolder()
  const take = begin(home)
  take.tell(begun)
  for (let n = 0; n < 50; n += 1) take.tell({ is: 'opened', number: n, firstTicks: n })
  const log = openSegmentLog({ takesFolder: home.path, rigId: 'rig', sinceMs: noon })
  await Promise.all([log.refresh(), log.refresh(), log.refresh()])
  assert.equal(log.takes[0]?.opened.length, 50)
})

test('footage is labelled anew by what is known of its boot since', async () => {
  using home = temporaryFolder()
  const known = writeTake(home.path, { fromMs: noon, segments: 1, monotonicUs: 5e6, bootId: 'known' })
  const lost = writeTake(home.path, { fromMs: noon, segments: 1, monotonicUs: 5e6, bootId: 'lost' })
  const labelOf = (boot: string): { offsetUs: number; trusted: boolean } => ({
    offsetUs: (noon + day) * 1_000 - 5e6,
    trusted: boot === 'known',
  })
  const log = openSegmentLog({ takesFolder: home.path, rigId: 'rig', sinceMs: noon, labelOf })
  await log.refresh()
  assert.deepEqual(
    log.takes.map(({ id }) => id),
    [known.id],
    'nobody can say when the other one was',
  )
  const [take] = log.takes
  assert.deepEqual([take?.begunAtMs, take?.anchors[3]?.utcMs, take?.ended?.atMs], [noon + day, noon + day + 3_000, noon + day + 4_000])
  const all = openSegmentLog({ takesFolder: home.path, rigId: 'rig', sinceMs: noon, labelOf, keepUntrusted: true })
  await all.refresh()
  assert.deepEqual(all.takes.map(({ id }) => id).toSorted(), [known.id, lost.id].toSorted())
})

test('a label that agrees changes nothing, and a take without a date is found whatever the date', async () => {
  using home = temporaryFolder()
  const take = writeTake(home.path, { fromMs: noon - 400 * day, segments: 1, monotonicUs: 5e6, dated: false })
  const labelOf = (): { offsetUs: number; trusted: boolean } => ({ offsetUs: (noon - 400 * day + 249) * 1_000 - 5e6, trusted: true })
  const log = openSegmentLog({ takesFolder: home.path, rigId: 'rig', sinceMs: noon, labelOf })
  await log.refresh()
  assert.deepEqual([log.takes[0]?.id, log.takes[0]?.begunAtMs], [take.id, noon - 400 * day])
})
