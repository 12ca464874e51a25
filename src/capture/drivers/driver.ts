// From a camera setting to a program that can be started: makes the source ready and says how to run it.
// Never starts a camera and never reads a setting.

import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { readIfPresent, writeDurably } from '../../base/files.ts'
import type { CameraSettings } from '../loop-camera/camera-settings.ts'
import { gopOffset } from '../loop-camera/frame-clock.ts'
import { pitchFrames } from '../pitch/pitch.ts'
import { assertRigFormat, type RigFormat, type Side } from '../pitch/rig-format.ts'
import { simulatedCalibration } from '../pitch/view.ts'
import { probeFilm } from './film.ts'
import { ensureLoop } from './loop-cache.ts'
import type { LoopOrder } from './loop-order.ts'
import { parseSourceSpec, type SourceSpec } from './source-spec.ts'

export type { RigFormat, Side } from '../pitch/rig-format.ts'

/** How to start one camera: it writes MPEG-TS (one H.264 stream, 1 s GOP, no B-frames, PAT and PMT at each key frame) to its standard
 *  output until stopped by the first signal of the ladder. */
export type CameraCommand = { readonly program: string; readonly args: readonly string[]; readonly stopSignals: readonly NodeJS.Signals[] }

export type SourceContext = {
  readonly side: Side
  readonly format: RigFormat
  /** Where made loops are kept between starts. */
  readonly cacheFolder: string
  /** What a relative film path is relative to; the process's own folder by default. */
  readonly cwd?: string
  readonly signal?: AbortSignal
  /** `fraction` grows from 0 to 1 for each `what`; not called at all when everything is kept from an earlier start. */
  readonly onProgress?: (fraction: number, what: string) => void
}

/** Makes the source ready (drawn or normalised once, then kept) and says how to start it.
 *  Errors: `invalid` (bad spec, format or film), `media_unreadable`, `disk_full`, `program_missing`, `canceled`. */
export async function openSource(spec: string, context: SourceContext): Promise<CameraCommand> {
  assertRigFormat(context.format)
  const parsed = parseSourceSpec(spec, context.side, context.cwd ?? process.cwd())
  const { switches } = parsed
  const ordered = async (pictures: 'live' | 'still'): Promise<string> =>
    makeReady(
      await orderFor(parsed, context, pictures),
      pictures === 'live' ? readyWords[parsed.kind] : 'making the frozen pictures',
      context,
    )
  const live = await ordered('live')
  if (parsed.kind === 'simulated') await keepCalibration(context)
  const still = switches.faults.freeze && (await ordered('still'))
  const black =
    switches.faults.blacken && (await makeReady({ format: context.format, source: { kind: 'black' } }, 'making the black picture', context))
  return cameraCommand({
    loops: { live, ...(still === undefined ? {} : { still }), ...(black === undefined ? {} : { black }) },
    ...switches,
  })
}

const readyWords = { simulated: 'drawing the simulated match', film: 'fitting the film to the rig' } as const

const makeReady = (order: LoopOrder, what: string, { cacheFolder, signal, onProgress }: SourceContext): Promise<string> =>
  ensureLoop(order, { folder: cacheFolder, signal, onProgress: (fraction) => onProgress?.(fraction, what) })

/** A simulated camera's key frames follow its phase; a film's stay on its own whole seconds. */
async function orderFor(parsed: SourceSpec, { format, signal }: SourceContext, pictures: 'live' | 'still'): Promise<LoopOrder> {
  if (parsed.kind === 'film') {
    const { size, modifiedMs } = await probeFilm(parsed.file, signal)
    return { format, source: { kind: 'film', file: parsed.file, size, modifiedMs, pictures } }
  }
  const firstFrame = gopOffset(format.fps, parsed.switches.phaseMs) % pitchFrames(format)
  return { format, source: { kind: 'pitch', view: parsed.view, firstFrame, pictures } }
}

/** The simulated rig's geometry beside its loops, as a calibration file of this format. */
async function keepCalibration({ cacheFolder, format }: SourceContext): Promise<void> {
  const file = path.join(cacheFolder, `simulated-calibration-${format.width}x${format.height}.json`)
  const text = `${JSON.stringify(simulatedCalibration(format), undefined, 2)}\n`
  if ((await readIfPresent(file)) !== text) await writeDurably(file, text)
}

const cameraProgram = fileURLToPath(new URL('../loop-camera/main.ts', import.meta.url))

const cameraCommand = (settings: CameraSettings): CameraCommand => ({
  program: process.execPath,
  args: [cameraProgram, JSON.stringify(settings)],
  stopSignals: ['SIGINT', 'SIGTERM', 'SIGKILL'],
})
