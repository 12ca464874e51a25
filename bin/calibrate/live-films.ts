// The live rig as two short films in a folder of their own, and how far their beginnings lie apart; both go when the caller is done.
// Never kept: footage outside a booking belongs to nobody.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Settings } from '../../config/settings.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { readTransport } from '../../src/capture/mpegts/reader.ts'
import type { Camera } from '../../src/capture/take.ts'
import type { PairFiles } from '../../src/merge/stitch/calibrate/read-frames.ts'
import type { CameraTrial } from '../../src/system/camera-trial.ts'
import { tryRig, type RigTrial } from '../rig/try-rig.ts'

export type LiveFilms = PairFiles & { [Symbol.asyncDispose](): Promise<void> }

/** Errors: camera_missing, when one gave no picture; those of tryRig. */
export async function recordLiveFilms(settings: Settings, trial: Omit<RigTrial, 'onPiece'>, signal: AbortSignal): Promise<LiveFilms> {
  const pieces: Record<Camera, Buffer[]> = { left: [], right: [] }
  const tried = await tryRig(settings, { ...trial, onPiece: (camera, piece) => void pieces[camera].push(piece) }, signal)
  const streams = { left: Buffer.concat(pieces.left), right: Buffer.concat(pieces.right) }
  const leftUs = beganAtUs('left', streams.left, tried.left.trial)
  const rightUs = beganAtUs('right', streams.right, tried.right.trial)
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ezrec-calibrate-'))
  const files = { left: path.join(folder, 'left.ts'), right: path.join(folder, 'right.ts') }
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    await writeFile(files.left, streams.left, { mode: 0o600 })
    await writeFile(files.right, streams.right, { mode: 0o600 })
  } catch (error) {
    await remove()
    throw error
  }
  const { leftRotation, rightRotation, leftFlip, rightFlip } = settings.camera
  return {
    ...files,
    turn: { left: { rotation: leftRotation, flip: leftFlip }, right: { rotation: rightRotation, flip: rightFlip } },
    rightLagSeconds: (leftUs - rightUs) / 1_000_000,
    [Symbol.asyncDispose]: remove,
  }
}

/** The machine's monotonic clock at a stream's first picture. */
function beganAtUs(camera: Camera, stream: Buffer, { clockUs, fault }: CameraTrial): number {
  const [first] = readTransport().push(stream)
  if (first && clockUs !== null) return clockUs + (first.ticks * 100) / 9
  throw new EzrecError('camera_missing', `the ${camera} camera gave no picture${fault === null ? '' : `: ${fault}`}`, {
    hint: 'see what it says: ./ezrec cameras test',
  })
}
