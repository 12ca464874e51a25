import assert from 'node:assert/strict'
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { followJournal, openJournal, parseJournal, type JournalLine } from './journal.ts'

const opened = (number: number): JournalLine => ({ is: 'opened', number, firstTicks: number * 360_000 })
const ended: JournalLine = { is: 'ended', cause: 'stopped', atMs: 5 }
const textOf = (lines: readonly JournalLine[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('')

test('what is added in one breath stands in that order, synced or not', async () => {
  using folder = temporaryFolder()
  const journal = await openJournal(folder.file('j'))
  await Promise.all([...Array.from({ length: 20 }, (_, n) => journal.add(opened(n), { sync: n % 3 === 0 })), journal.sync()])
  await journal.add(ended)
  await journal.close()
  assert.deepEqual(parseJournal(readFileSync(folder.file('j'), 'utf8')), [...Array.from({ length: 20 }, (_, n) => opened(n)), ended])
})

test('a journal that is opened again goes on behind what stands there', async () => {
  using folder = temporaryFolder()
  for (const entry of [opened(0), ended]) {
    const journal = await openJournal(folder.file('j'))
    await journal.add(entry)
    await journal.close()
  }
  assert.equal(readFileSync(folder.file('j'), 'utf8'), textOf([opened(0), ended]))
})

test('a line that was torn anywhere takes no other line with it: neither those before nor those added after', async () => {
  using folder = temporaryFolder()
  const file = folder.file('j')
  const whole = textOf([opened(0), opened(1)])
  const second = textOf([opened(0)]).length
  for (let bytes = second; bytes < whole.length; bytes += 1) {
    writeFileSync(file, whole)
    truncateSync(file, bytes)
    const tail = followJournal(file)
    assert.deepEqual(await tail.read(), [opened(0)])
    const journal = await openJournal(file)
    await journal.add(ended)
    await journal.close()
    const after = await tail.read()
    assert.deepEqual(after.at(-1), ended, `torn at ${bytes}`)
    assert.ok(after.length === 1 || bytes === whole.length - 1) // only its newline was missing: the line itself is whole
  }
})

test('a tail of zeros, as a power cut leaves it, costs only itself', async () => {
  using folder = temporaryFolder()
  writeFileSync(folder.file('j'), Buffer.concat([Buffer.from(textOf([opened(0)])), Buffer.alloc(100)]))
  const journal = await openJournal(folder.file('j'))
  await journal.add(ended)
  await journal.close()
  assert.deepEqual(await followJournal(folder.file('j')).read(), [opened(0), ended])
})

test('a follower gets each line once, when it is whole, and knows how far it has read', async () => {
  using folder = temporaryFolder()
  const file = folder.file('j')
  const text = textOf([opened(0), opened(1), ended])
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 8 }), async (cuts) => {
      writeFileSync(file, '')
      const tail = followJournal(file)
      const seen: JournalLine[] = []
      let written = 0
      for (const end of [...cuts.toSorted((a, b) => a - b), text.length]) {
        appendFileSync(file, text.slice(written, end))
        written = end
        seen.push(...(await tail.read()))
        assert.equal(tail.bytes, text.slice(0, end).lastIndexOf('\n') + 1)
      }
      assert.deepEqual(seen, [opened(0), opened(1), ended])
      assert.deepEqual(await tail.read(), [])
      assert.deepEqual(await followJournal(file, textOf([opened(0)]).length).read(), [opened(1), ended])
    }),
    { numRuns: 40 },
  )
})

test('lines that are none of ours are left out, and nothing is ever thrown', () => {
  assert.deepEqual(
    parseJournal(`{"is":"later","x":1}\n${JSON.stringify(ended)}\nnull\n[1]\n{"is":"opened","number":1.5,"firstTicks":0}\n`),
    [ended],
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(fc.json()).map((lines) => lines.join('\n')),
      ),
      (text) => {
        assert.ok(Array.isArray(parseJournal(text)))
      },
    ),
  )
})

test('after a write that failed nothing more is written', async () => {
  using folder = temporaryFolder()
  const journal = await openJournal(folder.file('j'))
  await journal.close()
  await assert.rejects(journal.add(opened(0)))
  await assert.rejects(journal.sync())
  assert.equal(readFileSync(folder.file('j'), 'utf8'), '')
})
