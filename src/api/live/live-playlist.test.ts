import assert from 'node:assert/strict'
import { test } from 'node:test'
import { livePlaylist } from './live-playlist.ts'

const match = { fps: 25, chunkSeconds: 2, startsAtMs: Date.UTC(2026, 4, 2, 17, 30), ended: false }
const chunks = [
  { number: 0, frames: 50 },
  { number: 1, frames: 50 },
  { number: 2, frames: 13 },
]

test('a match that is on is a list that grows: no end, and what stood in it stays', () => {
  const earlier = livePlaylist({ ...match, chunks: chunks.slice(0, 2) })
  const later = livePlaylist({ ...match, chunks })
  assert.ok(later.startsWith(earlier.trimEnd()))
  assert.doesNotMatch(later, /ENDLIST/)
})

test('the list ends when the merge does', () => {
  assert.match(livePlaylist({ ...match, chunks, ended: true }), /2\.m4s\n#EXT-X-ENDLIST\n$/)
})

test('no chunk is longer than the target says, however odd the rate', () => {
  for (const [fps, frames] of [
    [25, 50],
    [30, 61],
    [7, 20],
  ] as const) {
    const text = livePlaylist({ ...match, fps, chunks: [{ number: 0, frames }] })
    const target = Number(/TARGETDURATION:(\d+)\n/.exec(text)?.[1])
    const longest = Number(/EXTINF:([\d.]+),/.exec(text)?.[1])
    assert.ok(target >= 2 && longest <= target, text)
  }
})

test('it says what a player must know before the first chunk', () => {
  assert.equal(
    livePlaylist({ ...match, chunks: chunks.slice(2) }),
    '#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:EVENT\n#EXT-X-INDEPENDENT-SEGMENTS\n' +
      '#EXT-X-MAP:URI="init.mp4"\n#EXT-X-PROGRAM-DATE-TIME:2026-05-02T17:30:00.000Z\n#EXTINF:0.52000,\n2.m4s\n',
  )
})

test('an intro stands before the first chunk, which keeps its time of day; an outro comes when the merge is done', () => {
  const intro = [50, 14]
  const outro = [25]
  const on = livePlaylist({ ...match, chunks: chunks.slice(0, 1), intro, outro })
  assert.match(
    on,
    /intro-0\.m4s\n#EXTINF:0\.56000,\nintro-1\.m4s\n#EXT-X-PROGRAM-DATE-TIME:2026-05-02T17:30:00\.000Z\n#EXTINF:2\.00000,\n0\.m4s\n$/,
  )
  const over = livePlaylist({ ...match, chunks, intro, outro, ended: true })
  assert.ok(over.startsWith(on.trimEnd()))
  assert.match(over, /2\.m4s\n#EXTINF:1\.00000,\noutro-0\.m4s\n#EXT-X-ENDLIST\n$/)
})
