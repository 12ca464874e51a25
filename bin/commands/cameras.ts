// ./ezrec cameras: which sources the settings name, whether they can be used, and what they give when they are tried.
// Never records: nothing of what the cameras give is kept.

import { z } from 'zod'
import { openSettings } from '../../config/settings.ts'
import { takeInstanceLock } from '../../src/adapters/instance-lock.ts'
import { formatOf } from '../../src/app.ts'
import { systemClock } from '../../src/base/clock.ts'
import { EzrecError, messageOf } from '../../src/base/errors.ts'
import { makeFolder } from '../../src/base/files.ts'
import { scrubText } from '../../src/base/logger.ts'
import { openSource } from '../../src/capture/drivers/driver.ts'
import { probeFilm } from '../../src/capture/drivers/film.ts'
import { parseSourceSpec } from '../../src/capture/drivers/source-spec.ts'
import { cameras, type Camera } from '../../src/capture/take.ts'
import { tryCamera } from '../../src/system/camera-trial.ts'
import { withExamples, type CliContext, type VerbGroup } from '../cli.ts'
import { readOptions } from '../options.ts'

export const command: VerbGroup = {
  name: 'cameras',
  summary: 'the two cameras: list them, try them',
  verbs: [
    {
      name: 'list',
      summary: 'the sources of the settings, and whether they can be used',
      configure: (it) =>
        void withExamples(it.option('--json', 'print one JSON document'), [['./ezrec cameras list', 'both sides, their kind and form']]),
      run: listCameras,
    },
    {
      name: 'test',
      summary: 'run both cameras for some seconds and tell what came',
      configure: (it) =>
        void withExamples(it.option('--seconds <n>', 'how long', '3').option('--json', 'print one JSON document'), [
          ['./ezrec cameras test --seconds 10', 'first picture, pictures and drops of both'],
        ]),
      run: testCameras,
    },
  ],
}

type Source = {
  readonly camera: Camera
  readonly source: string
  readonly kind: string
  readonly ready: boolean
  readonly fault: string | null
}

async function listCameras({ home, json, out, print, say, signal }: CliContext): Promise<number> {
  const { settings, warnings } = openSettings(home)
  for (const warning of warnings) say(`warning: ${warning}`)
  const { width, height, fps } = formatOf(settings)
  const sources = await Promise.all(cameras.map((camera) => lookAt(camera, settings.camera[camera], signal)))
  if (json) out({ rig: settings.camera.rigId, format: { width, height, fps }, cameras: sources })
  else {
    print(`rig ${settings.camera.rigId}: ${width}x${height} at ${fps} frames a second`)
    for (const { camera, source, kind, fault } of sources) print(`${camera.padEnd(5)}  ${kind.padEnd(9)}  ${source}  ${fault ?? 'ready'}`)
  }
  return sources.every(({ ready }) => ready) ? 0 : 1
}

/** Looks without making anything ready: nothing is drawn, fitted or started. */
async function lookAt(camera: Camera, spec: string, signal: AbortSignal): Promise<Source> {
  const source = scrubText(spec)
  const kind = /^[a-z0-9]+/.exec(spec)?.[0] ?? 'unknown'
  try {
    const parsed = parseSourceSpec(spec, camera, process.cwd())
    if (parsed.kind === 'film') await probeFilm(parsed.file, signal)
    return { camera, source, kind: parsed.kind, ready: true, fault: null }
  } catch (error) {
    if (!(error instanceof EzrecError)) throw error
    return { camera, source, kind, ready: false, fault: scrubText(messageOf(error)) }
  }
}

async function testCameras({ home, json, options, out, print, say, signal }: CliContext): Promise<number> {
  const { seconds } = readOptions(z.object({ seconds: z.coerce.number().min(1).max(600) }), options)
  const { settings, warnings } = openSettings(home)
  for (const warning of warnings) say(`warning: ${warning}`)
  const { paths, camera: rig } = settings
  for (const folder of [paths.home, paths.cache]) await makeFolder(folder)
  using _lock = takeInstanceLock(paths.home, 'dual_recorder')
  const format = formatOf(settings)
  const commands = await Promise.all(
    cameras.map((side) => openSource(rig[side], { side, format, cacheFolder: paths.cache, signal, onProgress: openProgress(side, say) })),
  )
  say(`running both cameras for ${seconds} s`)
  const startMs = Math.max(10_000, rig.stallSeconds * 1_000)
  const trials = await Promise.all(
    commands.map((each) => tryCamera(each, { seconds, startMs, fps: format.fps, clock: systemClock }, signal)),
  )
  if (signal.aborted) throw new EzrecError('canceled', 'the trial was stopped', { hint: 'nothing was written' })
  const told = trials.map((trial, n) => ({ camera: cameras[n] ?? 'left', ...trial }))
  if (json) out({ seconds, format, cameras: told })
  else
    for (const { camera, frames, drops, firstFrameMs, measuredFps, fault } of told)
      print(
        `${camera.padEnd(5)}  first picture after ${firstFrameMs ?? '-'} ms, ${frames} frames, ${drops} dropped, ${measuredFps ?? '-'} a second${fault === null ? '' : `; ${fault}`}`,
      )
  return told.every(({ frames, drops, fault }) => frames > 0 && drops === 0 && fault === null) ? 0 : 1
}

/** Says each quarter of what takes its time. */
function openProgress(side: Camera, say: (line: string) => void): (fraction: number, what: string) => void {
  let quarter = -1
  return (fraction, what) => {
    if (Math.floor(fraction * 4) === quarter) return
    quarter = Math.floor(fraction * 4)
    say(`${side}: ${what}, ${Math.round(fraction * 100)} %`)
  }
}
