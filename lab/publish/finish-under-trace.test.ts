import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesInto } from './finish-under-trace.ts'

test('bytes are counted by the file they went into, also when a call was interrupted in the log', () => {
  const trace = `11 pwrite64(21</store/film.mp4.partial>, ""..., 1000, 0) = 1000
12 pwrite64(21</store/film.mp4.partial>, ""..., 500, 1000 <unfinished ...>
11 write(4</home/ezrec.sqlite-wal>, ""..., 4096) = 4096
12 <... pwrite64 resumed>) = 400
12 pwrite64(21</store/film.mp4.partial>, ""..., 100, 1400) = -1 ENOSPC (No space left on device)
13 +++ exited with 0 +++`
  assert.equal(
    bytesInto(trace, (file) => file.startsWith('/store/film.mp4')),
    1_400,
  )
})
