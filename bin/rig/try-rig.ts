// Both cameras of the settings, run at once for some seconds without a recorder: what each gave.
// Never beside a running recorder: it takes the recorder's lock, or refuses.

import type { Settings } from '../../config/settings.ts'
import { takeInstanceLock } from '../../src/adapters/instance-lock.ts'
import { formatOf } from '../../src/app.ts'
import { systemClock } from '../../src/base/clock.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { makeFolder } from '../../src/base/files.ts'
import { openSource } from '../../src/capture/drivers/driver.ts'
import { readSyncGroup } from '../../src/capture/drivers/sync-group.ts'
import { cameras, type Camera } from '../../src/capture/take.ts'
import { tryCamera, type TriedCamera } from '../../src/system/camera-trial.ts'

export type RigTrial = {
  readonly seconds: number
  readonly say: (line: string) => void
  /** Every byte of a camera, as it comes. */
  readonly onPiece?: (camera: Camera, piece: Buffer) => void
}

/** Errors: conflict, when a recorder has the cameras; canceled; those of openSource. */
export async function tryRig(
  settings: Settings,
  { seconds, say, onPiece }: RigTrial,
  signal: AbortSignal,
): Promise<Readonly<Record<Camera, TriedCamera>>> {
  const { paths, camera: rig } = settings
  for (const folder of [paths.home, paths.cache]) await makeFolder(folder)
  using _lock = takeInstanceLock(paths.home, 'dual_recorder')
  const format = formatOf(settings)
  const sync = rig.sync ? { sync: await readSyncGroup(rig.rigId) } : {}
  const commands = await Promise.all(
    cameras.map((side) =>
      openSource(rig[side], {
        side,
        format,
        cacheFolder: paths.cache,
        otherSource: rig[side === 'left' ? 'right' : 'left'],
        tuning: rig,
        ...sync,
        signal,
        onProgress: openProgress(side, say),
      }),
    ),
  )
  say(`running both cameras for ${seconds} s`)
  const startMs = Math.max(10_000, rig.stallSeconds * 1_000)
  const [left, right] = await Promise.all(
    commands.map((each, n) => {
      const camera = cameras[n] ?? 'left'
      const keep = onPiece ? { onPiece: (piece: Buffer): void => onPiece(camera, piece) } : {}
      return tryCamera(each, { seconds, startMs, fps: format.fps, clock: systemClock, ...keep }, signal)
    }),
  )
  if (signal.aborted) throw new EzrecError('canceled', 'the trial was stopped', { hint: 'nothing was written' })
  if (!left || !right) throw new EzrecError('internal', 'a camera was not tried', { hint: 'report this' })
  return { left, right }
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
