import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openProgress } from './progress.ts'

test('a merge tells each tenth of its way once, with the time that is left, and its end without one', () => {
  const lines: string[] = []
  const progress = openProgress(200, (line) => lines.push(line))
  for (let frames = 0; frames <= 200; frames += 5) progress(frames)
  assert.equal(lines.length, 10)
  assert.match(lines[0] ?? '', /^merge: 20 of about 200 frames, about \d+ s left$/)
  assert.equal(lines.at(-1), 'merge: 200 of about 200 frames')
})

test('a film that is longer than was thought, or of which nothing was known, is told without a time that is not', () => {
  const lines: string[] = []
  openProgress(10, (line) => lines.push(line))(25)
  openProgress(0, (line) => lines.push(line))(1)
  assert.deepEqual(lines, ['merge: 25 of about 10 frames', 'merge: 1 of about 0 frames'])
})
