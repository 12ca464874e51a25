// The recorder as a service: what was left open by an earlier life is closed first, then the schedule is kept.
// Its main thread never opens the database: the ledger's thread does.

import { marginsOf, formatOf } from '../src/app.ts'
import type { Settings } from '../config/settings.ts'
import { takeInstanceLock } from '../src/adapters/instance-lock.ts'
import { systemClock } from '../src/base/clock.ts'
import { makeFolder } from '../src/base/files.ts'
import { openLogger } from '../src/base/logger.ts'
import { openRig } from '../src/capture/camera-service.ts'
import { keepSchedule } from '../src/capture/dual-recorder.ts'
import { keepBoxTime } from '../src/capture/box-time-keeper.ts'
import { evidenceFor } from '../src/capture/clock-trust.ts'
import { startLedger } from '../src/capture/ledger-thread.ts'
import { endAbandonedTake } from '../src/capture/recovery.ts'
import { openSegmentLog } from '../src/capture/segment-log.ts'

/** Every take there is: a box may have been off for a week. */
const longAgoMs = 86_400_000

export async function runDualRecorder(
  settings: Settings,
  { logToStderr }: { readonly logToStderr: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { paths, camera, logging } = settings
  const clock = systemClock
  for (const folder of [paths.home, paths.takes, paths.cache, paths.logs]) await makeFolder(folder)
  using _lock = takeInstanceLock(paths.home, 'dual_recorder')
  const log = openLogger({ service: 'dual_recorder', level: logging.level, folder: paths.logs, stderr: logToStderr })
  const time = keepBoxTime({ file: paths.boxTime, clock, evidence: evidenceFor(settings.booking.clockTrust), log })
  await time.written()
  await using _ledger = startLedger(
    {
      database: paths.database,
      takesFolder: paths.takes,
      planFile: paths.plan,
      boxTimeFile: paths.boxTime,
      clockTrust: settings.booking.clockTrust,
      timeZone: settings.booking.timeZone,
      rigId: camera.rigId,
      format: formatOf(settings),
      layout: 'side-by-side', // the panorama is not yet drawn: what is recorded says what it is
      margins: marginsOf(settings),
      logging: { level: logging.level, folder: paths.logs, stderr: logToStderr },
    },
    log,
  )
  const rig = openRig(
    {
      rigId: camera.rigId,
      sources: { left: camera.left, right: camera.right },
      format: formatOf(settings),
      takesFolder: paths.takes,
      cacheFolder: paths.cache,
      segmentMs: camera.segmentSeconds * 1_000,
      stallMs: camera.stallSeconds * 1_000,
      startMs: Math.max(10_000, camera.stallSeconds * 1_000),
      clock,
      dateMs: () => time.nowMs(),
      log,
    },
    signal,
  )
  await closeAbandonedTakes(paths.takes, camera.rigId)
  await keepSchedule({ planFile: paths.plan, margins: marginsOf(settings), rig, time, clock, log }, signal)
  await time.written()
}

/** Chains end by themselves when the recorder is gone; whatever still has no end gets one here. */
async function closeAbandonedTakes(takesFolder: string, rigId: string): Promise<void> {
  const segments = openSegmentLog({ takesFolder, rigId, sinceMs: longAgoMs })
  await segments.refresh()
  for (const take of segments.takes) if (!take.ended) await endAbandonedTake(take, 'killed')
}
