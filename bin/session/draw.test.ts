import assert from 'node:assert/strict'
import { stripVTControlCharacters } from 'node:util'
import { test } from 'node:test'
import { drawLook, openDrawing } from './draw.ts'
import type { Look } from './watch.ts'

/** A long match on a busy box: every number has as many figures as it ever has. */
const look: Look = {
  nowMs: 43_210_000,
  startsAtMs: 0,
  endsAtMs: 43_200_000,
  cameras: [
    { camera: 'left', frames: 1_080_000, takes: 12, alive: true, missingFrames: 12_345 },
    { camera: 'right', frames: 1_080_000, takes: 1, alive: false, missingFrames: 0 },
  ],
  steps: {},
  filmFrames: 1_080_000,
  mergedFrames: 1_012_345,
  chunks: 20_247,
  bodyBytes: 32e9,
  size: { gigabytesPerHour: 2.7, gigabytes: 32.4, basis: 'measured' },
  recording: undefined,
  video: undefined,
}

/** What is drawn on a terminal of so many columns, twice. */
function drawn(columns: number): string {
  const written: string[] = []
  const drawing = openDrawing({ isTTY: true, columns, write: (text: string) => written.push(text) > 0 }, () => undefined)
  drawing.show(look)
  drawing.show(look)
  return written.join('')
}

for (const columns of [80, 40])
  test(`no drawn line reaches the edge of ${columns} columns, where it would wrap and be drawn again below itself`, () => {
    const lines = stripVTControlCharacters(drawn(columns)).split('\n')
    assert.ok(Math.max(...lines.map((line) => line.length)) < columns, lines.join('\n'))
    assert.ok(drawn(columns).includes(`\u001B[${drawLook(look).length}A`))
  })

test('a terminal of 80 columns shows every line whole; one that does not say its width is taken for such', () => {
  const whole = drawLook(look).join('\n')
  assert.ok(stripVTControlCharacters(drawn(80)).startsWith(whole))
  assert.equal(drawn(0), drawn(80))
})
