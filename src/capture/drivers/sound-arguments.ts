// How ffmpeg is asked for sound: one stream of AAC in MPEG-TS on standard output, the same form whatever it comes from.
// Pure; never opens a device.

import { quietArguments } from './transport-arguments.ts'

/** The one form of sound: 48 kHz, one channel, AAC-LC in access units of 1024 samples. Film and silence rely on it. */
export const soundForm = { sampleRate: 48_000, channels: 1, unitSamples: 1_024, bitrateKbps: 96 } as const

/** Stamps count samples: they are as uniform as the device's clock, and no step of the wall clock reaches them. Lost samples are seen by
 *  the anchors. A packet holds one access unit and is written at once. */
export const soundOutput: readonly string[] = [
  ['-map', '0:a:0', '-af', `aresample=${soundForm.sampleRate},aformat=channel_layouts=mono,asetpts=N/SR/TB`],
  ['-c:a', 'aac', '-profile:a', 'aac_low', '-b:a', `${soundForm.bitrateKbps}k`],
  ['-f', 'mpegts', '-pes_payload_size', '0', '-muxdelay', '0', '-muxpreload', '0', '-flush_packets', '1', 'pipe:1'],
].flat()

/** A device of ALSA's, through its own conversion. */
export const alsaArguments = (device: string): readonly string[] =>
  [
    quietArguments,
    ['-f', 'alsa', '-sample_rate', String(soundForm.sampleRate), '-channels', String(soundForm.channels), '-i', device],
    soundOutput,
  ].flat()

/** The first sound of a file, again and again, no faster than it lasts. Only files: a playlist reaches no network. */
export const fileSoundArguments = (file: string): readonly string[] =>
  [
    quietArguments,
    ['-protocol_whitelist', 'file,pipe', '-re', '-stream_loop', '-1', '-vn', '-sn', '-dn', '-i', `file:${file}`],
    soundOutput,
  ].flat()

/** Samples on standard input, as they are captured: signed 16 bit. */
export const rawSoundArguments: readonly string[] = [
  quietArguments,
  ['-probesize', '32', '-analyzeduration', '0', '-f', 's16le', '-ar', String(soundForm.sampleRate), '-ac', String(soundForm.channels)],
  ['-protocol_whitelist', 'pipe', '-i', 'pipe:0'],
  soundOutput,
].flat()
