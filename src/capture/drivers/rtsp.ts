// A network camera for ffmpeg: what it is asked over standard input, so that an address with its password stands in no argument list.
// Pure; never opens a connection.

import { scrubText } from '../../base/logger.ts'
import { soundOutput } from './sound-arguments.ts'
import { copyArguments, transportArguments } from './transport-arguments.ts'

/** How long the camera may be silent, in microseconds, before the connection counts as lost; the chain's own watch is shorter. */
const silenceUs = 5_000_000

/** The script that ffmpeg's concat demuxer reads: one entry, the live address, by TCP and its video (or its sound) only. Without TCP a lost packet is a
 *  broken picture; with both at once the time stamps would follow the camera's wall clock. */
export function rtspScript(address: string, media: 'video' | 'audio' = 'video'): string {
  return [
    'ffconcat version 1.0',
    `file '${address.replaceAll("'", String.raw`'\''`)}'`,
    'option rtsp_transport tcp',
    `option timeout ${silenceUs}`,
    `option allowed_media_types ${media}`,
    ...(media === 'video' ? ['option fpsprobesize 0'] : []),
    '',
  ].join('\n')
}

/** At `info` ffmpeg tells the codec, which is read from its words. */
const scriptInput: readonly string[] = [
  ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'info', '-protocol_whitelist', 'pipe,tcp,rtp,udp,tls,rtsp'],
  ['-f', 'concat', '-safe', '0', '-i', 'pipe:0'],
].flat()

/** Arguments of the ffmpeg that reads the script from its standard input. */
export const rtspArguments: readonly string[] = [...scriptInput, ...copyArguments, ...transportArguments]

/** The same for the sound alone, in the one form of ours. */
export const rtspSoundArguments: readonly string[] = [...scriptInput, ...soundOutput]

/** A line of ffmpeg's without the address and its parts; ffmpeg repeats the whole address when it cannot open it. */
export function withoutAddress(line: string, address: string): string {
  const { username = '', password = '', host = '' } = URL.parse(address) ?? {}
  const secrets = [password, decoded(password), username, decoded(username)].filter((text) => text.length > 2)
  const bare = line.replaceAll(address, `rtsp://${host}/...`)
  return scrubText(secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), bare))
}

/** The codec that ffmpeg found, when it is not the one that the chain can cut. */
export function foreignCodec(line: string): string | undefined {
  const codec = /Stream #0:\d+.*: Video: (\w+)/.exec(line)?.[1]
  return codec === undefined || codec === 'h264' ? undefined : codec
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a bare per cent sign
  }
}
