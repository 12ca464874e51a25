// A film that is still being made, as an HLS playlist of its intro and its chunks (RFC 8216): it grows, and ends with its outro when the merge is done.
// Pure.

import type { Chunk } from '../../merge/chunk-store.ts'

export type Live = {
  readonly chunks: readonly Pick<Chunk, 'number' | 'frames'>[]
  readonly fps: number
  /** The longest that a chunk may be. */
  readonly chunkSeconds: number
  readonly startsAtMs: number
  readonly ended: boolean
  /** Frames of each of their fragments; one time line runs through all. */
  readonly intro?: readonly number[]
  readonly outro?: readonly number[]
}

export function livePlaylist({ chunks, fps, chunkSeconds, startsAtMs, ended, intro = [], outro = [] }: Live): string {
  const part = (frames: number, name: string): string[] => [`#EXTINF:${(frames / fps).toFixed(5)},`, name]
  const longest = chunks.reduce((most, { frames }) => Math.max(most, frames / fps), chunkSeconds)
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.ceil(longest)}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:EVENT',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-MAP:URI="init.mp4"',
    ...intro.flatMap((frames, n) => part(frames, `intro-${n}.m4s`)),
    `#EXT-X-PROGRAM-DATE-TIME:${new Date(startsAtMs).toISOString()}`,
    ...chunks.flatMap(({ number, frames }) => part(frames, `${number}.m4s`)),
    ...(ended ? [...outro.flatMap((frames, n) => part(frames, `outro-${n}.m4s`)), '#EXT-X-ENDLIST'] : []),
    '',
  ].join('\n')
}
