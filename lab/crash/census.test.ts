import assert from 'node:assert/strict'
import { test } from 'node:test'
import { partOfFile, readTrace } from './census.ts'

const trace = `
write(20<anon_inode:[eventfd]>, ""..., 8) = 8
write(21</h/takes/2026-05-02/01A-left/000000.ts>, ""..., 188) = 188
fsync(22</h/recordings/2026-05-02/01B/chunks/000000.m4s.7.abc123.tmp>) = 0
rename("/h/capture-plan.json.7.abc123.tmp", "/h/capture-plan.json") = 0
write(21</h/takes/2026-05-02/01A-left/000000.ts>, ""..., 188) = 188
clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 9
clone3({flags=CLONE_VM|CLONE_THREAD, child_tid=0x7f}, 88) = 10
--- SIGCHLD {si_signo=SIGCHLD} ---
+++ exited with 0 +++
`

test('a call is known by its place among those of its name, also when others of them are about nothing that lasts', () => {
  assert.deepEqual(
    readTrace('disk', trace, '/h').map(({ call, n, part }) => `${call} ${n}: ${part}`),
    ['write 2: segment', 'fsync 1: chunk', 'rename 1: plan', 'write 3: segment', 'clone 1: a process is started'],
  )
})

test('what a program writes is its output, whatever it is', () => {
  assert.deepEqual(readTrace('decoder', '12 write(1, ""..., 4096) = 4096\n12 write(3, ""..., 9) = 9\n', '/h'), [
    { actor: 'decoder', call: 'write', n: 1, part: 'its output' },
    { actor: 'decoder', call: 'write', n: 2, part: 'its output' },
  ])
})

test('every file of a home has a part, what is elsewhere has none', () => {
  const files = ['/h/ezrec.sqlite-wal', '/h/takes/2026-05-02', '/h/store/local/a.mp4.partial', '/h/recordings/d/i/recording.json', '/h']
  assert.deepEqual(
    files.map((file) => partOfFile(file, '/h')),
    ['database', 'folder of takes', 'film', 'manifest', 'home'],
  )
  assert.deepEqual([partOfFile('anon_inode:[eventfd]', '/h'), partOfFile('/elsewhere/ezrec.sqlite', '/h')], [undefined, undefined])
})
