// ffmpeg's arguments for a clip: MPEG-TS of one camera on standard input, some seconds of it by copy into an MP4. Pure.
// Never encodes; begins at the first key frame at or behind where it is told to, so nothing from before that gets in.

import { ffmpegBase } from './ffmpeg.ts'

export const clipArgs = (out: string, { skipSeconds, seconds }: { readonly skipSeconds: number; readonly seconds: number }): string[] => [
  ...ffmpegBase,
  ...['-y', '-protocol_whitelist', 'file,pipe', '-f', 'mpegts', '-i', 'pipe:0', '-map', '0:v:0'],
  ...['-ss', skipSeconds.toFixed(3), '-t', seconds.toFixed(3), '-c', 'copy', '-map_metadata', '-1', '-movflags', '+faststart', '-f', 'mp4'],
  `file:${out}`,
]
