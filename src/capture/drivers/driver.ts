// From a camera setting to a program that can be started: makes the source ready and says how to run it.
// Never starts a camera and never reads a setting. One file for each kind of source stands behind it.

import { assertRigFormat } from '../pitch/rig-format.ts'
import { openAuto } from './auto.ts'
import type { CameraCommand, SourceContext } from './camera-command.ts'
import { openDevice } from './device-source.ts'
import { openLoopSource } from './loop-source.ts'
import { parseSourceSpec } from './source-spec.ts'

export type { CameraCommand, SourceContext } from './camera-command.ts'
export type { RigFormat } from '../pitch/rig-format.ts'

/** Makes the source ready (drawn, normalised, found or asked) and says how to start it.
 *  Errors: `invalid` (bad spec, format or film; more than the board can do), `camera_missing`, `conflict` (a camera is in use),
 *  `media_unreadable`, `disk_full`, `program_missing`, `timeout`, `canceled`. */
export async function openSource(spec: string, context: SourceContext): Promise<CameraCommand> {
  assertRigFormat(context.format)
  const parsed = parseSourceSpec(spec, context.side, context.cwd ?? process.cwd())
  if (parsed.kind === 'simulated' || parsed.kind === 'film') return openLoopSource(parsed, context)
  if (parsed.kind !== 'auto') return openDevice(parsed, context)
  const { device, otherSource, why } = await openAuto(context)
  const command = await openDevice(device, { ...context, otherSource })
  return { ...command, remarks: [`auto took ${why}`, ...(command.remarks ?? [])] }
}
