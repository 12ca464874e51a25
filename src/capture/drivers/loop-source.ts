// The simulated rig and films as cameras: their pictures are made ready once and kept, then played by a program of ours.
// Never starts a camera.

import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { readIfPresent, writeDurably } from '../../base/files.ts'
import type { CameraSettings } from '../loop-camera/camera-settings.ts'
import { gopOffset } from '../loop-camera/frame-clock.ts'
import type { RigFormat, RigKind } from '../pitch/rig-format.ts'
import { pitchFrames } from '../pitch/pitch.ts'
import type { CameraCommand, SourceContext } from './camera-command.ts'
import { defaultTuning } from './camera-tuning.ts'
import { probeFilm } from './film.ts'
import { ensureLoop } from './loop-cache.ts'
import { calibrationOfRig } from './simulated-rig.ts'
import type { LoopOrder } from './loop-order.ts'
import type { LoopSpec } from './source-spec.ts'

/** Makes a loop's pictures ready and says how to start its camera. Errors: `invalid`, `media_unreadable`, `disk_full`, `program_missing`, `canceled`. */
export async function openLoopSource(parsed: LoopSpec, context: SourceContext): Promise<CameraCommand> {
  const { switches } = parsed
  const ordered = async (pictures: 'live' | 'still'): Promise<string> =>
    makeReady(
      await orderFor(parsed, context, pictures),
      pictures === 'live' ? readyWords[parsed.kind] : 'making the frozen pictures',
      context,
    )
  const live = await ordered('live')
  if (parsed.kind === 'simulated') await keepCalibration(parsed.rig, context)
  const still = switches.faults.freeze && (await ordered('still'))
  const black =
    switches.faults.blacken &&
    (await makeReady(
      { format: context.format, groupFrames: groupFramesOf(parsed.kind, context.format), source: { kind: 'black' } },
      'making the black picture',
      context,
    ))
  const settings = {
    loops: { live, ...(still === undefined ? {} : { still }), ...(black === undefined ? {} : { black }) },
    ...switches,
  }
  return parsed.kind === 'simulated' && parsed.encode === 'box' ? encodedCommand(settings, context) : cameraCommand(settings)
}

/** A film keeps its second between key frames. The simulated rig has shorter ones, as a camera that starts begins with one: the largest share of
 *  its loop that is at most 0.4 s. */
function groupFramesOf(kind: LoopSpec['kind'], format: RigFormat): number {
  if (kind === 'film') return format.fps
  const frames = pitchFrames(format)
  let group = Math.floor(format.fps * 0.4)
  while (frames % group !== 0) group -= 1
  return group
}

const readyWords = { simulated: 'drawing the simulated match', film: 'fitting the film to the rig' } as const

const makeReady = (order: LoopOrder, what: string, { cacheFolder, signal, onProgress }: SourceContext): Promise<string> =>
  ensureLoop(order, { folder: cacheFolder, signal, onProgress: (fraction) => onProgress?.(fraction, what) })

/** A simulated camera's key frames follow its phase; a film's stay on its own whole seconds. */
async function orderFor(parsed: LoopSpec, { format, signal }: SourceContext, pictures: 'live' | 'still'): Promise<LoopOrder> {
  const groupFrames = groupFramesOf(parsed.kind, format)
  if (parsed.kind === 'film') {
    const { size, modifiedMs } = await probeFilm(parsed.file, signal)
    return { format, groupFrames, source: { kind: 'film', file: parsed.file, size, modifiedMs, pictures } }
  }
  const firstFrame = gopOffset(format.fps, parsed.switches.phaseMs, groupFrames) % pitchFrames(format)
  return {
    format,
    groupFrames,
    source: { kind: 'pitch', view: parsed.view, firstFrame, pictures, ...(parsed.rig === 'planar' ? {} : { rig: parsed.rig }) },
  }
}

/** The simulated rig's geometry beside its loops, as a calibration file of this format. Two cameras at opposite ends have none. */
async function keepCalibration(rig: RigKind, { cacheFolder, format }: SourceContext): Promise<void> {
  const name = rig === 'planar' ? 'simulated-calibration' : `simulated-calibration-${rig}`
  const file = path.join(cacheFolder, `${name}-${format.width}x${format.height}.json`)
  const calibration = calibrationOfRig(rig, format)
  if (!calibration) return
  const text = `${JSON.stringify(calibration, undefined, 2)}\n`
  if ((await readIfPresent(file)) !== text) await writeDurably(file, text)
}

const cameraProgram = fileURLToPath(new URL('../loop-camera/main.ts', import.meta.url))

const cameraCommand = (settings: CameraSettings): CameraCommand => ({
  program: process.execPath,
  args: [cameraProgram, JSON.stringify(settings)],
  stopSignals: ['SIGINT', 'SIGTERM', 'SIGKILL'],
})

const encodedProgram = fileURLToPath(new URL('encoded-rig/main.ts', import.meta.url))

/** The same camera, whose pictures are encoded on this box. */
const encodedCommand = (camera: CameraSettings, { format, tuning = defaultTuning }: SourceContext): CameraCommand => ({
  ...cameraCommand(camera),
  args: [encodedProgram, JSON.stringify({ camera, fps: format.fps, bitrateKbps: tuning.bitrateKbps })],
})
