// ffmpeg's argument lists for a clip for phones: small grey pictures to find the play by, and the clip itself, cut out of the film and encoded anew. Pure.
// Never a shell, never a network protocol.

import { ffmpegBase, levelFor, typed, type RawFormat } from './ffmpeg.ts'

type Part = { readonly fromSeconds: number; readonly seconds: number }

const filmPart = (film: string, { fromSeconds, seconds }: Part): string[] => [
  ...typed(`-y -protocol_whitelist file,pipe -ss ${fromSeconds.toFixed(3)} -f mp4 -i`),
  `file:${film}`,
  ...typed(`-t ${seconds.toFixed(3)}`),
]

/** A part of a film -> grey pictures of this size, so many a second, raw on standard output. */
export const smallGreyArgs = (film: string, part: Part, { width, height, fps }: RawFormat): string[] => [
  ...ffmpegBase,
  ...filmPart(film, part),
  ...typed(`-map 0:v:0 -vf fps=${fps},scale=${width}:${height}:flags=area,format=gray -f rawvideo pipe:1`),
]

export type Knot = { readonly atSeconds: number; readonly x: number }

export type PhoneClip = Part & {
  readonly width: number
  readonly height: number
  readonly fps: number
  readonly maxRateKbps: number
  readonly window: { readonly width: number; readonly height: number; readonly y: number }
  /** Where the window's left edge stands, straight from one to the next; in order. At least one. */
  readonly way: readonly Knot[]
}

/** A part of a film -> the window of it, at most so large: all of it takes no more bits than its highest rate over one second more than it lasts.
 *  The index stands in front; how far it is comes on standard output. The sound is encoded
 *  anew, too: copied, it would begin at the key frame before. */
export function phoneClipArgs(film: string, out: string, clip: PhoneClip): string[] {
  const { width, height, fps, maxRateKbps, window, way } = clip
  const cut = `crop=w=${window.width}:h=${window.height}:x='${wayExpression(way)}':y=${window.y}`
  const colour = '-color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709'
  return [
    ...ffmpegBase,
    ...typed('-nostats -progress pipe:1'),
    ...filmPart(film, clip),
    ...typed(
      `-map 0:v:0 -map 0:a:0? -c:a aac -b:a 96k -vf ${cut},fps=${fps},scale=${width}:${height}:flags=area,setsar=1`,
      `-c:v libx264 -preset fast -crf 21 -maxrate ${maxRateKbps}k -bufsize ${maxRateKbps}k -profile:v high -level:v ${levelFor({ width, height, fps })}`,
      `-bf 0 -g ${Math.round(fps * 2)} -pix_fmt yuv420p ${colour} -map_metadata -1 -fflags +bitexact -flags:v +bitexact`,
      '-video_track_timescale 90000 -movflags +faststart -f mp4',
    ),
    `file:${out}`,
  ]
}

/** The way as a sum, one term a stretch: ffmpeg reads a sum of any length, and not ifs in one another. Holds no space. */
export function wayExpression(way: readonly Knot[]): string {
  const [first, ...rest] = way
  let before = first ?? { atSeconds: 0, x: 0 }
  const terms = [before.x.toFixed(1)]
  for (const knot of rest) {
    const slope = (knot.x - before.x) / (knot.atSeconds - before.atSeconds)
    if (slope !== 0) terms.push(`(${slope.toFixed(4)})*clip(t-${before.atSeconds},0,${knot.atSeconds - before.atSeconds})`)
    before = knot
  }
  return terms.join('+')
}
