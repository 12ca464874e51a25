// ./ezrec cameras: what is connected, which sources the settings name, whether the board can record them, and what they give when tried.
// Never records: of what the cameras give nothing is kept but a still, where one is asked for.

import path from 'node:path'
import { z } from 'zod'
import { openSettings } from '../../config/settings.ts'
import { formatOf } from '../../src/app.ts'
import { makeFolder, writeDurably } from '../../src/base/files.ts'
import type { RigFormat } from '../../src/capture/drivers/driver.ts'
import { cameras, type Camera } from '../../src/capture/take.ts'
import { readPicture, type PictureFacts } from '../../src/system/camera-picture.ts'
import { lookAtRig, type RigLook } from '../../src/system/camera-look.ts'
import { pairPhaseMs, type CameraTrial } from '../../src/system/camera-trial.ts'
import { withExamples, type CliContext, type VerbGroup } from '../cli.ts'
import { readOptions } from '../options.ts'
import { tryRig } from '../rig/try-rig.ts'

export const command: VerbGroup = {
  name: 'cameras',
  summary: 'the two cameras: list them, try them',
  verbs: [
    {
      name: 'list',
      summary: 'what is connected, the sources of the settings, and what this board can record',
      configure: (it) =>
        void withExamples(it.option('--json', 'print one JSON document'), [
          ['./ezrec cameras list', 'the cameras here and both sides of the rig'],
        ]),
      run: listCameras,
    },
    {
      name: 'test',
      summary: 'run both cameras for some seconds and tell what came',
      configure: (it) =>
        void withExamples(
          it
            .option('--seconds <n>', 'how long', '3')
            .option('--stills <dir>', 'keep a still of each camera there')
            .option('--json', 'print one JSON document'),
          [
            ['./ezrec cameras test --seconds 10', 'rate, drops, light and sharpness of both, and how far they are apart'],
            ['./ezrec cameras test --stills /tmp', 'the same, with left.jpg and right.jpg to look at'],
          ],
        ),
      run: testCameras,
    },
  ],
}

async function listCameras({ home, json, out, print, say, signal }: CliContext): Promise<number> {
  const { settings, warnings } = openSettings(home)
  for (const warning of warnings) say(`warning: ${warning}`)
  const { camera: rig, paths } = settings
  const format = formatOf(settings)
  const look = await lookAtRig({ sources: { left: rig.left, right: rig.right }, format, tuning: rig, cacheFolder: paths.cache }, signal)
  if (json) out({ rig: rig.rigId, format, ...look })
  else printLook(look, `rig ${rig.rigId}: ${form(format)}`, print)
  return look.cameras.every(({ ready }) => ready) ? 0 : 1
}

const form = ({ width, height, fps }: RigFormat): string => `${width}x${height} at ${fps} frames a second`

function printLook({ board, plan, connected, cameras: sides }: RigLook, rig: string, print: (line: string) => void): void {
  print(rig)
  for (const { camera, kind, source, fault, hint, remarks } of sides) {
    print(`${camera.padEnd(5)}  ${kind.padEnd(9)}  ${source}  ${fault ?? 'ready'}`)
    for (const remark of hint === null ? remarks : [hint]) print(`       ${remark}`)
  }
  print(`connected${'fault' in connected ? `: ${connected.fault}` : ''}`)
  if ('csi' in connected) {
    for (const { model, path: at } of connected.csi) print(`  rpicam:${at}  ${model}`)
    for (const { name, device } of connected.usb) print(`  v4l2:${device}  ${name}`)
    if (connected.csi.length + connected.usb.length === 0) print(`  none (${connected.nodes} video nodes, none of them a camera)`)
  }
  print(`${board.model}, ${plan.known}; at most, for each of two cameras`)
  for (const { work, live, record } of plan.rows) print(`  ${works[work].padEnd(34)}  merged live ${live.padEnd(16)}  recorded ${record}`)
}

const works = {
  csi: 'CSI sensors',
  encode: 'USB cameras, encoded here',
  copy: 'cameras that send H.264',
} as const

async function testCameras({ home, json, options, out, print, say, signal }: CliContext): Promise<number> {
  const { seconds, stills } = readOptions(z.object({ seconds: z.coerce.number().min(1).max(600), stills: z.string().optional() }), options)
  const { settings, warnings } = openSettings(home)
  for (const warning of warnings) say(`warning: ${warning}`)
  if (stills !== undefined) await makeFolder(stills)
  const format = formatOf(settings)
  const tried = await tryRig(settings, { seconds, say }, signal)
  const told = await Promise.all(
    cameras.map(async (camera) => {
      const { trial, lastPictures } = tried[camera]
      const picture = lastPictures.length === 0 ? undefined : await readPicture(lastPictures, signal)
      const still = stills === undefined || !picture ? null : path.resolve(stills, `${camera}.jpg`)
      if (still !== null && picture) await writeDurably(still, picture.jpeg)
      return { camera, ...trial, picture: picture?.facts ?? null, still }
    }),
  )
  const [left, right] = told
  const phaseMs = left && right ? pairPhaseMs(left, right, format.fps) : null
  if (json) out({ seconds, format, cameras: told, phaseMs })
  else {
    for (const each of told) printTrial(each, print)
    if (phaseMs !== null)
      print(`right captures ${Math.abs(phaseMs)} ms ${phaseMs < 0 ? 'before' : 'after'} left, of a frame of ${1_000 / format.fps} ms`)
  }
  return told.every(({ frames, drops, fault }) => frames > 0 && drops === 0 && fault === null) ? 0 : 1
}

type ToldTrial = CameraTrial & { readonly camera: Camera; readonly picture: PictureFacts | null; readonly still: string | null }

function printTrial(told: ToldTrial, print: (line: string) => void): void {
  const { camera, frames, drops, firstFrameMs, measuredFps, keyFrameSeconds, picture, still, fault, cause } = told
  print(
    `${camera.padEnd(5)}  first picture after ${firstFrameMs ?? '-'} ms, ${frames} frames, ${drops} dropped, ${measuredFps ?? '-'} a second, a key frame every ${keyFrameSeconds ?? '-'} s`,
  )
  if (picture)
    print(
      `       picture ${picture.verdict}: brightness ${picture.brightness} of 255, sharpness ${picture.sharpness}${still === null ? '' : `, ${still}`}`,
    )
  if (fault !== null) print(`       ${fault}`)
  if (cause !== null) print(`       ${cause.code}: ${cause.mend}`)
}
