import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openFilmTelling } from './film-telling.ts'

const size = { width: 96, height: 54 }

test('a camera that goes black in the last seconds of its film is told, as in a recording', () => {
  const telling = openFilmTelling({ fps: 25, size: { left: size, right: size }, startsAt: { left: 0, right: 0 } })
  const light = Buffer.from(Array.from({ length: size.width * size.height }, (_, at) => 16 + ((at * 7) % 200)))
  const black = Buffer.alloc(light.length, 17)
  for (let frame = 0; frame < 200; frame += 1) {
    const other = Buffer.from(light.map((each, at) => each + ((at * frame) % 40)))
    const left = { is: 'picture', data: frame < 150 ? other : black } as const
    telling.see(frame, { left, right: { is: 'picture', data: other } })
  }
  assert.deepEqual(telling.told().pictureFaults, [{ camera: 'left', fault: 'black', firstFrame: 150, frames: 50 }])
})
