// Real cameras made ready, each by the file of its kind, after the board's plan was asked whether it can do what is wanted.
// Never starts a camera.

import { EzrecError } from '../../base/errors.ts'
import { readBoard } from './board.ts'
import { judgeRig, planOf, type CameraWork } from './board-plan.ts'
import type { CameraCommand, SourceContext } from './camera-command.ts'
import { thisMachine } from './machine.ts'
import type { OpenedDevice } from './opened-device.ts'
import { encoderOf } from './rpicam.ts'
import { openRpicam } from './rpicam-source.ts'
import { openRtsp } from './rtsp-source.ts'
import type { RpicamSpec, RtspSpec, V4l2Spec } from './source-spec.ts'
import { openV4l2 } from './v4l2-source.ts'

/** Errors: those of `openSource`. */
export async function openDevice(spec: RpicamSpec | V4l2Spec | RtspSpec, context: SourceContext): Promise<CameraCommand> {
  const machine = context.machine ?? thisMachine
  const board = await readBoard(machine.modelFile)
  const { command, work } = await open(spec, context, encoderOf(board.kind))
  const others: readonly CameraWork[] = (context.otherSource ?? '').startsWith('rpicam:') ? ['csi'] : []
  const verdict = judgeRig(planOf(board, machine.cores), [work, ...others], context.format)
  if (!verdict.fits)
    throw new EzrecError('invalid', `${board.model} cannot record this rig: ${verdict.fault}`, {
      hint: verdict.mend,
      facts: { board: board.kind },
    })
  const late = verdict.merge === 'behind' ? ['the board records this form, and its film comes later than the end of the match'] : []
  return { ...command, remarks: [...(command.remarks ?? []), ...late] }
}

function open(spec: RpicamSpec | V4l2Spec | RtspSpec, context: SourceContext, encoder: 'libav' | 'hardware'): Promise<OpenedDevice> {
  switch (spec.kind) {
    case 'rpicam':
      return openRpicam(spec, encoder, context)
    case 'v4l2':
      return openV4l2(spec, context)
    case 'rtsp':
      return openRtsp(spec, context)
    default:
      return spec satisfies never
  }
}
