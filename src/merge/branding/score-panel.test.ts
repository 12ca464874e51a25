import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { logoPositions } from '../../../config/picture-words.ts'
import { pictureBytes } from '../picture.ts'
import golden from './golden-scores.json' with { type: 'json' }
import { openScorePanel } from './score-panel.ts'

const canvas = { width: 320, height: 180 }
const texts = { short: '2:1', 'two lines': "D'OR 6-4\n(3-2) 12.34", 'too long for its height': 'ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789 +/,' }

function drawAll(): Record<string, string> {
  const drawn: Record<string, string> = {}
  for (const position of logoPositions)
    for (const [what, text] of Object.entries(texts)) {
      const out = Buffer.from(Array.from({ length: pictureBytes(canvas) }, (_, n) => 16 + ((n * 7) % 220)))
      openScorePanel(text, canvas, { position, height: 20, margin: 10 })?.(out)
      drawn[`${position}, ${what}`] = createHash('sha256').update(out).digest('hex').slice(0, 16)
    }
  return drawn
}

test('a score at each place, of one line, of two and of one that is made smaller, draws the frame that was noted', () => {
  assert.deepEqual(drawAll(), golden) // pictures of such frames were looked at when they were noted
})
