// `auto`: looks at what is connected and takes what auto-choice.ts says.
// Never looks for cameras while one records (the probes see to that).

import path from 'node:path'
import { z } from 'zod'
import { errnoOf, EzrecError } from '../../base/errors.ts'
import { makeFolder, readIfPresent, writeDurably } from '../../base/files.ts'
import type { Side } from '../pitch/rig-format.ts'
import { chooseAuto, type AutoPair, type SeenCameras } from './auto-choice.ts'
import type { SourceContext } from './camera-command.ts'
import { thisMachine } from './machine.ts'
import { listCsiCameras } from './rpicam-probe.ts'
import { parseSourceSpec, type RpicamSpec, type V4l2Spec } from './source-spec.ts'
import { listUsbCameras } from './v4l2-probe.ts'

export type FoundDevice = {
  readonly device: RpicamSpec | V4l2Spec
  /** The other side's camera, found too where it is also `auto`. */
  readonly otherSource: string
  readonly why: string
}

/** The device that this side gets, and why. A pair is remembered. Errors: those of `chooseAuto` and of the probes. */
export async function openAuto(context: SourceContext): Promise<FoundDevice> {
  const { side, otherSource = 'auto', cacheFolder } = context
  const seen = await seeCameras(context)
  const file = path.join(cacheFolder, 'auto-pair.json')
  const before = readPair((await readIfPresent(file)) ?? '')
  const { source, why } = chooseAuto(side, seen, otherSource, before)
  const device = parseSourceSpec(source, side, '/')
  if (device.kind !== 'rpicam' && device.kind !== 'v4l2') throw new EzrecError('internal', `auto chose ${source}`, { hint: 'report this' })
  if (otherSource.trim() !== 'auto') return { device, otherSource, why: `${source}, ${why}` }
  const other = otherOf(side, seen, before)
  if (other !== undefined) {
    const pair: AutoPair = side === 'left' ? { left: source, right: other } : { left: other, right: source }
    const text = JSON.stringify(pair)
    if (text !== JSON.stringify(before)) {
      await makeFolder(cacheFolder)
      await writeDurably(file, text)
    }
  }
  return { device, otherSource: other ?? 'auto', why: `${source}, ${why}` }
}

/** The other side's choice, or none when it has no camera. */
function otherOf(side: Side, seen: SeenCameras, before: AutoPair | undefined): string | undefined {
  try {
    return chooseAuto(side === 'left' ? 'right' : 'left', seen, 'auto', before).source
  } catch (error) {
    if (error instanceof EzrecError) return undefined // it says so itself when it is opened
    throw error
  }
}

const pairSchema = z.object({ left: z.string(), right: z.string() })

function readPair(text: string): AutoPair | undefined {
  try {
    return pairSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined // none, or torn: chosen afresh
  }
}

/** Everything that could be a camera here. A machine without rpicam-vid has no CSI cameras; one without v4l2-ctl no USB ones. */
export async function seeCameras({
  cacheFolder,
  signal,
  machine = thisMachine,
  anew = false,
}: Pick<SourceContext, 'cacheFolder' | 'signal' | 'machine'> & { readonly anew?: boolean }): Promise<SeenCameras> {
  const csi = await listCsiCameras({ cacheFolder, procFolder: machine.procFolder, signal, anew }).catch(noneWithoutProgram)
  const usb = await listUsbCameras(machine.byPathFolder, signal).catch(noneWithoutProgram)
  return { csi: csi ?? [], usb: usb?.cameras ?? [], nodes: usb?.nodes ?? 0 }
}

function noneWithoutProgram(error: unknown): undefined {
  const missing = error instanceof EzrecError && error.code === 'program_missing' && errnoOf(error.cause) === 'ENOENT'
  if (!missing) throw error
  return undefined
}
