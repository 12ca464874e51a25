// A CSI camera made ready: its index looked up by its place, its sensor mode chosen, its group for running in step written beside it.
// Never starts a camera, and never lists cameras while one records (rpicam-probe.ts sees to that).

import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { EzrecError } from '../../base/errors.ts'
import { makeFolder, readIfPresent, writeDurably } from '../../base/files.ts'
import type { CameraCommand, SourceContext } from './camera-command.ts'
import { defaultTuning } from './camera-tuning.ts'
import { thisMachine } from './machine.ts'
import type { OpenedDevice } from './opened-device.ts'
import { cameraAt, type CsiCamera } from './rpicam-listing.ts'
import { listCsiCameras, rpicamProgram } from './rpicam-probe.ts'
import { syncRole, tuningFileOf, withSyncGroup } from './rpicam-sync.ts'
import { rpicamArguments, type RpicamOrder } from './rpicam.ts'
import { chooseSensorMode, namedSensorMode, syncHeadroom, type ChosenMode } from './sensor-mode.ts'
import type { RpicamSpec } from './source-spec.ts'

/** Errors: `camera_missing` (not at its place), `invalid` (no such mode), and those of the probe. */
export async function openRpicam(spec: RpicamSpec, encoder: 'libav' | 'hardware', context: SourceContext): Promise<OpenedDevice> {
  const { cacheFolder, signal, format, machine = thisMachine } = context
  const listed = await listCsiCameras({ cacheFolder, procFolder: machine.procFolder, signal, wanted: spec.path })
  const camera = cameraAt(listed, spec.path)
  if (!camera) throw notThere(spec.path, listed)
  const { mode, lostView } = modeOf(camera, spec, context)
  const order: RpicamOrder = {
    index: camera.index,
    mode,
    format,
    tuning: context.tuning ?? defaultTuning,
    rotation: spec.switches.rotation,
    lensDioptres: spec.switches.lensDioptres,
  }
  const alone = command(rpicamArguments(order, encoder), encoder)
  const remarks = [
    `${camera.model} as camera ${camera.index}, sensor mode ${mode.width}x${mode.height} of ${mode.bitDepth} bits`,
    ...(lostView > 0 ? [`at this rate the sensor shows ${Math.round((1 - lostView) * 100)} % of its field of view`] : []),
    ...(camera.path === spec.path ? [] : [`the sensor is now at ${camera.path}: write that into the setting`]),
  ]
  if (!isInStep(context)) return { command: { ...alone, remarks }, work: 'csi' }
  const tuningFile = await keepSyncTuning(camera, encoder, context)
  const together = command(rpicamArguments({ ...order, sync: { role: syncRole(context.side), tuningFile } }, encoder), encoder)
  return { command: { ...together, argsAlone: alone.args, remarks }, work: 'csi' }
}

function modeOf(camera: CsiCamera, { switches }: RpicamSpec, context: SourceContext): ChosenMode {
  if (switches.mode === undefined) return chooseSensorMode(camera, context.format, isInStep(context) ? syncHeadroom : 1)
  const named = namedSensorMode(camera, switches.mode)
  if (named && named.maxFps >= context.format.fps) return { mode: named, lostView: 0 }
  throw new EzrecError(
    'invalid',
    `the ${camera.model} has no mode ${switches.mode.width}x${switches.mode.height} that reaches ${context.format.fps} frames a second`,
    {
      hint: `leave out mode= or take one of ${camera.modes.map((each) => `${each.width}x${each.height} (up to ${each.maxFps})`).join(', ')}`,
      facts: { model: camera.model, path: camera.path },
    },
  )
}

/** Only beside another CSI camera: a client whose server is of another kind would wait for ever. */
const isInStep = ({ sync, otherSource }: SourceContext): boolean => sync !== undefined && (otherSource ?? '').startsWith('rpicam:')

const rawProgram = fileURLToPath(new URL('raw-h264/main.ts', import.meta.url))

/** rpicam-vid itself where it writes a transport stream; behind our own program where it writes bare H.264. It heeds SIGINT alone. */
function command(args: readonly string[], encoder: 'libav' | 'hardware'): CameraCommand {
  const stopSignals = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const
  if (encoder === 'libav') return { program: rpicamProgram, args, stopSignals }
  return { program: process.execPath, args: [rawProgram, JSON.stringify({ program: rpicamProgram, args })], stopSignals }
}

/** A copy of the sensor's tuning with the box's group in it; without one the library's own group serves. */
async function keepSyncTuning(
  camera: CsiCamera,
  encoder: 'libav' | 'hardware',
  { cacheFolder, sync }: SourceContext,
): Promise<string | undefined> {
  const text = await readIfPresent(tuningFileOf(camera.model, encoder))
  const changed = text === undefined || sync === undefined ? undefined : withSyncGroup(text, sync)
  if (changed === undefined) return undefined
  const file = path.join(cacheFolder, `tuning-${camera.model}.json`)
  await makeFolder(cacheFolder)
  if ((await readIfPresent(file)) !== changed) await writeDurably(file, changed)
  return file
}

const notThere = (wanted: string, listed: readonly CsiCamera[]): EzrecError =>
  new EzrecError('camera_missing', `there is no CSI camera at ${wanted}`, {
    hint:
      listed.length === 0
        ? 'no CSI camera was found: power off, seat the flat cables at both ends, power on'
        : `there are: ${listed.map(({ path: at, model }) => `rpicam:${at} (${model})`).join(', ')}`,
    facts: { path: wanted },
  })
