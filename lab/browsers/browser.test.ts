import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeSeen, type Seen } from './browser.ts'

const film = { seconds: 12, width: 1280 }
const well: Seen = { duration: 12, width: 1280, played: 1.1, atEnd: 12, fault: null }

test('a film that plays from its beginning and to its end is right; one that does not is told', () => {
  assert.deepEqual(judgeSeen(well, film), [])
  const wrong: readonly (readonly [RegExp, Partial<Seen>])[] = [
    [/media error 3/, { fault: 'media error 3' }],
    [/10 s long/, { duration: 10 }],
    [/640 wide/, { width: 640 }],
    [/played until 0.2/, { played: 0.2 }],
    [/played until 11/, { played: 11 }],
    [/left at 11.4/, { atEnd: 11.4 }],
  ]
  for (const [fault, change] of wrong) assert.match(judgeSeen({ ...well, ...change }, film).join(';'), fault)
  assert.match(judgeSeen(undefined, film)[0] ?? '', /no film/)
})
