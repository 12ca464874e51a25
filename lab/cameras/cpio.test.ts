import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { writeCpio } from './cpio.ts'

/** The archive read as the kernel's unpacker reads it: fields by their place, everything on a border of four bytes. */
function readCpio(archive: Buffer): { name: string; mode: number; bytes: Buffer }[] {
  const found: { name: string; mode: number; bytes: Buffer }[] = []
  for (let at = 0; ;) {
    assert.equal(archive.toString('latin1', at, at + 6), '070701')
    const field = (n: number): number => Number.parseInt(archive.toString('latin1', at + 6 + 8 * n, at + 14 + 8 * n), 16)
    const nameEnd = at + 110 + field(11)
    assert.equal(archive[nameEnd - 1], 0)
    const name = archive.toString('utf8', at + 110, nameEnd - 1)
    const from = (nameEnd + 3) & ~3
    if (name === 'TRAILER!!!') return found
    found.push({ name, mode: field(1), bytes: archive.subarray(from, from + field(6)) })
    at = (from + field(6) + 3) & ~3
  }
}

test('folders, files and programs come out as they went in', () => {
  const archive = writeCpio([
    { name: 'bin' },
    { name: 'bin/init', bytes: Buffer.from('#!x'), executable: true },
    { name: 'empty', bytes: Buffer.alloc(0) },
  ])
  assert.deepEqual(
    readCpio(archive).map(({ name, mode, bytes }) => [name, mode.toString(8), bytes.toString()]),
    [
      ['bin', '40755', ''],
      ['bin/init', '100755', '#!x'],
      ['empty', '100644', ''],
    ],
  )
})

test('any names and contents keep their borders', () => {
  const name = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }).filter((text) => !text.includes('\0') && text !== 'TRAILER!!!')
  fc.assert(
    fc.property(fc.array(fc.record({ name, bytes: fc.uint8Array({ maxLength: 40 }) }), { maxLength: 8 }), (entries) => {
      const archive = writeCpio(entries)
      assert.equal(archive.length % 4, 0)
      assert.deepEqual(
        readCpio(archive).map((entry) => [entry.name, [...entry.bytes]]),
        entries.map((entry) => [entry.name, [...entry.bytes]]),
      )
    }),
  )
})
