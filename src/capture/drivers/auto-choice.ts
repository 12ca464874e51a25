// Which cameras `auto` takes: the CSI pair, else the USB pair, else one of each; and why, in words.
// Pure. Never takes the simulated match for a camera, and never chooses among more cameras than sides.

import { EzrecError } from '../../base/errors.ts'
import type { Side } from '../pitch/rig-format.ts'
import type { CsiCamera } from './rpicam-listing.ts'
import type { UsbCamera } from './v4l2-probe.ts'

export type SeenCameras = {
  readonly csi: readonly Pick<CsiCamera, 'model' | 'path'>[]
  readonly usb: readonly Pick<UsbCamera, 'name' | 'device'>[]
  /** How many video nodes there are in all. */
  readonly nodes: number
}

export type AutoChoice = {
  /** As one would write it. */
  readonly source: string
  readonly why: string
}

/** A pair that was found before. */
export type AutoPair = Readonly<Record<Side, string>>

/** The camera of one side. `otherSource` is what the other side's setting says; a camera that it names is left to it. `before` keeps a
 *  camera on its side though the order of discovery has changed or its partner is gone.
 *  Errors: `camera_missing` (none for this side), `invalid` (more than can be told apart), both with what was seen. */
export function chooseAuto(side: Side, seen: SeenCameras, otherSource = 'auto', before?: AutoPair): AutoChoice {
  const csi = seen.csi.map(({ path, model }) => ({ source: `rpicam:${path}`, what: `${model} at a CSI connector` }))
  const usb = seen.usb
    .map(({ device, name }) => ({ source: `v4l2:${device}`, what: `${name} at USB` }))
    .toSorted((a, b) => a.source.localeCompare(b.source))
  const all = [...csi, ...usb]
  if (otherSource.trim() !== 'auto') {
    const free = all.filter(({ source }) => source !== otherSource.trim().split('?')[0])
    const [only] = free
    if (only && free.length === 1) return { source: only.source, why: `the one camera that the other side does not name: ${only.what}` }
    throw free.length === 0 ? tooFew(seen) : tooMany(free)
  }
  const kept = before && fromBefore(side, all, before)
  if (kept) return kept
  const index = side === 'left' ? 0 : 1
  for (const { cameras, why } of [
    { cameras: csi, why: 'of the two CSI cameras' },
    { cameras: usb, why: 'of the two USB cameras' },
  ]) {
    const mine = cameras[index]
    if (cameras.length > 2) throw tooMany(cameras)
    if (cameras.length === 2 && mine) return { source: mine.source, why: `the ${index === 0 ? 'first' : 'second'} ${why}: ${mine.what}` }
  }
  const mine = all.length <= 2 ? all[index] : undefined
  if (!mine) throw tooFew(seen)
  return { source: mine.source, why: `${all.length === 2 ? 'one CSI and one USB camera' : 'the only camera'}: ${mine.what}` }
}

/** This side's camera of before, if it is there; or the one newcomer, when it is gone. */
function fromBefore(side: Side, all: readonly Found[], before: AutoPair): AutoChoice | undefined {
  const same = all.find(({ source }) => source === before[side])
  if (same) return { source: same.source, why: `the same as before: ${same.what}` }
  const other = before[side === 'left' ? 'right' : 'left']
  if (!all.some(({ source }) => source === other)) return undefined // another rig: chosen afresh
  const [newcomer, ...more] = all.filter(({ source }) => source !== other)
  if (newcomer && more.length === 0) return { source: newcomer.source, why: `in the place of one that is gone: ${newcomer.what}` }
  throw newcomer ? tooMany(all) : gone(before[side])
}

type Found = { readonly source: string; readonly what: string }

const gone = (source: string): EzrecError =>
  new EzrecError('camera_missing', `the camera of before is gone: ${source}`, {
    hint: 'look at its cable or plug (CSI cables only with the power off); the other camera records meanwhile',
    facts: { source },
  })

const tooFew = ({ csi, usb, nodes }: SeenCameras): EzrecError =>
  new EzrecError(
    'camera_missing',
    `auto needs two cameras and saw ${csi.length} at CSI connectors and ${usb.length} at USB${nodes > 0 ? `; ${nodes} video nodes belong to them, to decoders and to image processors` : ''}`,
    {
      hint: 'look at cables and plugs (CSI cables only with the power off), or name sources: CAMERA_LEFT=rtsp://..., or simulated:left to try without cameras',
      facts: { csi: csi.length, usb: usb.length, nodes },
    },
  )

const tooMany = (cameras: readonly { readonly source: string }[]): EzrecError =>
  new EzrecError('invalid', `auto cannot tell which of ${cameras.length} cameras to take`, {
    hint: `set CAMERA_LEFT and CAMERA_RIGHT to two of: ${cameras.map(({ source }) => source).join(' ')}`,
    facts: { cameras: cameras.length },
  })
