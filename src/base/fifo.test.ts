import assert from 'node:assert/strict'
import { closeSync, readSync, writeSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { test } from 'node:test'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { openFifo } from './fifo.ts'
import { startChild } from './process.ts'

test('what goes in at one end comes out at the other, and no name of it is left', async () => {
  using temporary = temporaryFolder()
  const usual = process.env['TMPDIR']
  process.env['TMPDIR'] = temporary.path
  const { readFd, writeFd } = await openFifo()
  if (usual === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = usual
  assert.deepEqual(await readdir(temporary.path), [])
  writeSync(writeFd, 'word')
  closeSync(writeFd)
  const read = Buffer.alloc(8)
  assert.equal(read.toString('utf8', 0, readSync(readFd, read)), 'word')
  assert.equal(readSync(readFd, read), 0)
  closeSync(readFd)
})

test("a child's end is the pipe's end, once our own copy is closed", async () => {
  const { readFd, writeFd } = await openFifo()
  const child = await startChild(process.execPath, ['-e', 'process.stdout.write("from the child")'], { stdout: writeFd })
  closeSync(writeFd)
  await child.exited
  const read = Buffer.alloc(64)
  assert.equal(read.toString('utf8', 0, readSync(readFd, read)), 'from the child')
  assert.equal(readSync(readFd, read), 0)
  closeSync(readFd)
})
