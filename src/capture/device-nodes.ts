// Which camera devices there are, and whether this user may open them, as one text: when it changes, a camera that was away is worth a try.
// Never opens a device and never asks one anything.

import { access, constants, readdir } from 'node:fs/promises'
import path from 'node:path'
import type { Clock } from '../base/clock.ts'

/** Below `/dev`: nodes of cameras and of the buses that lead to them, and the names that udev gives to their plugs. */
export async function cameraNodes(devFolder: string): Promise<string> {
  const nodes = (await namesIn(devFolder)).filter((name) => /^(video|media)\d+$/.test(name)).toSorted()
  const open = await Promise.all(nodes.map((name) => mayOpen(path.join(devFolder, name))))
  const plugs = (await namesIn(path.join(devFolder, 'v4l', 'by-path'))).toSorted()
  return [...nodes.map((name, n) => `${name}${open[n] === true ? '' : '!'}`), ...plugs].join(' ')
}

/** So often it is looked whether a device has come: a look takes far less than a start. */
const lookMs = 500

export type DeviceWait = {
  readonly devFolder: string
  /** The devices before the start that failed: one that came meanwhile counts. */
  readonly before: string
  readonly waitMs: number
  readonly clock: Clock
}

/** Waits, but not beyond a change of the devices. Whether there was one. */
export async function untilDevicesChange({ devFolder, before, waitMs, clock }: DeviceWait, signal: AbortSignal): Promise<boolean> {
  if ((await cameraNodes(devFolder)) !== before) return true
  const endUs = clock.monotonicUs() + waitMs * 1_000
  for (let leftMs = waitMs; leftMs > 0 && !signal.aborted; leftMs = (endUs - clock.monotonicUs()) / 1_000) {
    await clock.sleep(Math.min(lookMs, leftMs), signal)
    if ((await cameraNodes(devFolder)) !== before) return true
  }
  return false
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []) // a machine without cameras has none of them

const mayOpen = (file: string): Promise<boolean> =>
  access(file, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  )
