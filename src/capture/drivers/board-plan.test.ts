import assert from 'node:assert/strict'
import { test } from 'node:test'
import { boardOf } from './board.ts'
import { judgeRig, planOf, planRows } from './board-plan.ts'

const pi5 = planOf(boardOf('Raspberry Pi 5 Model B Rev 1.0'), 4)
const pi4 = planOf(boardOf('Raspberry Pi 4 Model B Rev 1.4'), 4)
const hd = { width: 1280, height: 720, fps: 30 }
const fullHd = { width: 1920, height: 1080, fps: 30 }

test('a Raspberry Pi 5 merges two CSI cameras live at 720p, and records them at 1080p', () => {
  assert.deepEqual(judgeRig(pi5, ['csi', 'csi'], hd), { fits: true, merge: 'live' })
  assert.deepEqual(judgeRig(pi5, ['csi', 'csi'], fullHd), { fits: true, merge: 'behind' })
  assert.deepEqual(judgeRig(pi5, ['copy', 'copy'], fullHd), { fits: true, merge: 'live' })
})

test('what is too much is refused with the largest form that is not', () => {
  const verdict = judgeRig(pi5, ['csi', 'csi'], { ...fullHd, fps: 60 })
  assert.ok(!verdict.fits && verdict.mend.includes('at most 1920x1080 at 30') && verdict.fault.includes('1920x1080 at 60'))
  assert.equal(judgeRig(pi5, ['encode', 'encode'], fullHd).fits, false)
})

test('a Raspberry Pi 4 runs one CSI camera beside a USB or a network camera', () => {
  const two = judgeRig(pi4, ['csi', 'csi'], hd)
  assert.ok(!two.fits && /1 CSI camera at a time/.test(two.fault))
  assert.deepEqual(judgeRig(pi4, ['csi', 'copy'], hd), { fits: true, merge: 'behind' })
  assert.deepEqual(judgeRig(pi4, ['csi', 'encode'], hd), { fits: true, merge: 'behind' })
})

test('an older Pi has no strength for pictures that it must encode itself', () => {
  assert.equal(judgeRig(planOf(boardOf('Raspberry Pi 3 Model B'), 4), ['encode', 'copy'], { width: 640, height: 360, fps: 25 }).fits, false)
})

test("a computer's plan grows with its cores", () => {
  const judge = (cores: number) => judgeRig(planOf(boardOf(undefined), cores), ['copy', 'copy'], fullHd)
  assert.deepEqual(judge(1), { fits: true, merge: 'behind' })
  assert.deepEqual(judge(2), { fits: true, merge: 'live' })
})

test('the plan is told in usual forms', () => {
  assert.deepEqual(planRows(pi5), [
    { work: 'csi', live: '1280x720 at 30', record: '1920x1080 at 30' },
    { work: 'encode', live: '1280x720 at 30', record: '1280x720 at 30' },
    { work: 'copy', live: '1920x1080 at 30', record: '1920x1080 at 60' },
  ])
  assert.equal(planRows(planOf(boardOf('Raspberry Pi Zero 2 W'), 4))[1]?.record, 'none')
})
