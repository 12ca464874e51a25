// A USB camera made ready: asked what it offers, and given the command line with the least work.
// Never opens a stream.

import type { SourceContext } from './camera-command.ts'
import { defaultTuning } from './camera-tuning.ts'
import type { OpenedDevice } from './opened-device.ts'
import type { V4l2Spec } from './source-spec.ts'
import { chooseFormat, v4l2Arguments } from './v4l2.ts'
import { readOffers } from './v4l2-probe.ts'

/** Errors: `camera_missing`, `invalid` (it does not offer what is wanted), and those of the probe. */
export async function openV4l2({ device, switches }: V4l2Spec, context: SourceContext): Promise<OpenedDevice> {
  const choice = chooseFormat(device, await readOffers(device, context.signal), context.format, switches)
  const { bitrateKbps } = context.tuning ?? defaultTuning
  const remarks = [
    `${choice.inputFormat} at ${choice.fps} frames a second, ${choice.work === 'copy' ? 'copied as it comes' : 'encoded on this box'}`,
    ...(/^\/dev\/video\d+$/.test(device) ? [`${device} may be another camera after a restart: write its name below /dev/v4l/by-path`] : []),
  ]
  return {
    command: {
      program: 'ffmpeg',
      args: v4l2Arguments(device, choice, context.format, bitrateKbps),
      stopSignals: ['SIGINT', 'SIGTERM', 'SIGKILL'],
      presentWhile: device,
      remarks,
    },
    work: choice.work,
  }
}
