// A film that is still being made, as an HLS playlist of its chunks (RFC 8216): it grows, and ends when the merge is done.
// Pure.

import type { Chunk } from '../../merge/chunk-store.ts'

export type Live = {
  readonly chunks: readonly Pick<Chunk, 'number' | 'frames'>[]
  readonly fps: number
  /** The longest that a chunk may be. */
  readonly chunkSeconds: number
  readonly startsAtMs: number
  readonly ended: boolean
}

export function livePlaylist({ chunks, fps, chunkSeconds, startsAtMs, ended }: Live): string {
  const longest = chunks.reduce((most, { frames }) => Math.max(most, frames / fps), chunkSeconds)
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.ceil(longest)}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:EVENT',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-MAP:URI="init.mp4"',
    `#EXT-X-PROGRAM-DATE-TIME:${new Date(startsAtMs).toISOString()}`,
    ...chunks.flatMap(({ number, frames }) => [`#EXTINF:${(frames / fps).toFixed(5)},`, `${number}.m4s`]),
    ...(ended ? ['#EXT-X-ENDLIST'] : []),
    '',
  ].join('\n')
}
