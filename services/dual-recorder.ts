// The recorder as a service: what was left open by an earlier life is closed first, then the schedule is kept.
// Its main thread never opens the database: the ledger's thread does.

import { marginsOf, formatOf, mediaFolders, presentFolders } from '../src/app.ts'
import type { Settings } from '../config/settings.ts'
import { databaseReady } from './database-ready.ts'
import { readClockEvidence } from '../src/adapters/clock-evidence.ts'
import { assertDisks, rememberDisks } from '../src/adapters/media-disks.ts'
import { takeInstanceLock } from '../src/adapters/instance-lock.ts'
import { noSystemd, type Systemd } from '../src/adapters/systemd.ts'
import { askTimeService } from '../src/adapters/time-service.ts'
import { systemClock } from '../src/base/clock.ts'
import { makeFolder } from '../src/base/files.ts'
import { openLogger, type Logger } from '../src/base/logger.ts'
import { openRig } from '../src/capture/camera-service.ts'
import { keepSchedule } from '../src/capture/dual-recorder.ts'
import { keepBoxTime } from '../src/capture/box-time-keeper.ts'
import { evidenceFor } from '../src/capture/clock-trust.ts'
import { startLedger } from '../src/capture/ledger-thread.ts'
import { endAbandonedTakes, lives, removeUnbegun } from '../src/capture/recovery.ts'
import { keepLight, watchRig } from '../src/capture/status-light/keep-light.ts'
import { openSegmentLog, type SegmentLog } from '../src/capture/segment-log.ts'
import type { Input } from '../src/capture/input.ts'
import { cameras, type Take } from '../src/capture/take.ts'
import { lookAtSides } from '../src/system/camera-look.ts'
import { keepCameraLook } from '../src/system/keep-camera-look.ts'
import { lookFiles } from '../src/system/look-file.ts'

const lockName = 'dual_recorder'

/** Every take there is: a box may have been off for a week. */
const longAgoMs = 86_400_000

export async function runDualRecorder(
  settings: Settings,
  { logToStderr, systemd = noSystemd }: { readonly logToStderr: boolean; readonly systemd?: Systemd },
  signal: AbortSignal,
): Promise<void> {
  const { paths, camera, merge, logging } = settings
  const clock = systemClock
  for (const folder of [paths.home, paths.logs, ...(await presentFolders(paths, [paths.cache, paths.takes]))]) await makeFolder(folder)
  using _lock = takeInstanceLock(paths.home, lockName)
  const log = openLogger({ service: 'dual_recorder', level: logging.level, folder: paths.logs, stderr: logToStderr })
  const { clockTrust } = settings.booking
  // As a unit of systemd it may not ask the kernel.
  await using timeService = clockTrust === 'auto' && readClockEvidence().synchronized === undefined ? askTimeService(clock) : undefined
  const evidence = evidenceFor(clockTrust, () => timeService?.synchronized())
  const time = keepBoxTime({ file: paths.boxTime, clock, evidence, log })
  await time.written()
  await assertDisks(paths.home, [paths.takes]).catch((error: unknown) =>
    log.error({ err: error }, 'nothing is recorded until the disk is there'),
  )
  await using _ledger = startLedger(
    {
      home: paths.home,
      database: paths.database,
      takesFolder: paths.takes,
      planFile: paths.plan,
      boxTimeFile: paths.boxTime,
      clockTrust,
      timeZone: settings.booking.timeZone,
      rigId: camera.rigId,
      format: formatOf(settings),
      arrangement: {
        rotation: { left: camera.leftRotation, right: camera.rightRotation },
        flip: { left: camera.leftFlip, right: camera.rightFlip },
        layout: merge.layout,
        mainCamera: merge.mainCamera,
        insetCorner: merge.insetCorner,
      },
      sound: camera.sound !== 'off',
      margins: marginsOf(settings),
      logging: { level: logging.level, folder: paths.logs, stderr: logToStderr },
    },
    log,
    (over) => databaseReady({ paths, camera: { rigId: camera.rigId }, booking: settings.booking, logging, logToStderr }, log, over),
  )
  const segments = openSegmentLog({ takesFolder: paths.takes, rigId: camera.rigId, sinceMs: longAgoMs, keepUntrusted: true })
  const orphans = await takeStock(segments, camera.sound === 'off' ? cameras : [...cameras, 'sound'], log)
  const startMs = Math.max(10_000, camera.stallSeconds * 1_000)
  await using cameraRig = openRig(
    {
      rigId: camera.rigId,
      sources: { left: camera.left, right: camera.right },
      sound: camera.sound,
      tuning: camera,
      sync: camera.sync,
      format: formatOf(settings),
      takesFolder: paths.takes,
      cacheFolder: paths.cache,
      segmentMs: camera.segmentSeconds * 1_000,
      stallMs: camera.stallSeconds * 1_000,
      startMs,
      clock,
      dateMs: () => time.nowMs(),
      recorder: { folder: paths.home, name: lockName },
      beforeTake: () => assertDisks(paths.home, [paths.takes]),
      orphans,
      log,
    },
    signal,
  )
  const over = new AbortController()
  const ending = AbortSignal.any([signal, over.signal])
  const tidying = tidyUp({ segments, log, rememberDisks: () => rememberDisks(paths.home, mediaFolders(paths)) }, ending)
  const { rig, wantedSinceUs } = watchRig(cameraRig, clock)
  const { statusLed: place } = camera
  const light = place.kind === 'off' ? undefined : keepLight({ place, segments, wantedSinceUs, startMs, clock, log }, ending)
  const sources = { left: camera.left, right: camera.right }
  const looking = keepCameraLook(
    {
      file: lookFiles(paths.home).cameras,
      clock,
      log,
      areWanted: () => wantedSinceUs() !== undefined,
      look: (over) => lookAtSides({ sources, format: formatOf(settings), tuning: camera, cacheFolder: paths.cache }, over),
    },
    ending,
  )
  try {
    const looked = (): void => systemd.worked()
    await keepSchedule({ planFile: paths.plan, margins: marginsOf(settings), rig, time, clock, log, looked }, signal)
  } finally {
    over.abort() // also after a failure: what still waits would keep a dead recorder alive
    await Promise.all([tidying, light, looking])
    await time.written()
  }
}

/** Takes without an end: those that a killed recorder left running go on, the newest of each input that is wanted; the others get their end
 *  here: sound that was switched off, too. */
async function takeStock(segments: SegmentLog, wanted: readonly Input[], log: Logger): Promise<Partial<Record<Input, Take>>> {
  await segments.refresh()
  for (const folder of segments.unbegun())
    await removeUnbegun(folder).catch((err: unknown) => log.warn({ err, folder }, 'a take that never began could not be removed'))
  const open = segments.takes.filter(({ ended }) => ended === undefined)
  const orphans = Object.fromEntries(
    wanted.flatMap((input) => {
      const newest = open.findLast((take) => take.camera === input && lives(take))
      return newest ? [[input, newest] as const] : []
    }),
  )
  await endAbandonedTakes(
    open.filter((take) => orphans[take.camera] !== take),
    { clock: systemClock, living: 'end', onFailure: (take, err) => log.error({ take: take.id, err }, 'a take could not be closed') },
  )
  return orphans
}

const tidyMs = 10_000

type Tidying = { readonly segments: SegmentLog; readonly log: Logger; readonly rememberDisks: () => Promise<readonly string[]> }

/** A take whose end its chain could not tell, because the disk took nothing, gets it once the disk does; a media disk that is there is remembered. */
async function tidyUp({ segments, log, rememberDisks: remember }: Tidying, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const learned = await remember()
      if (learned.length > 0) log.info({ folders: learned.join(', ') }, 'media folders on a disk that was not known: it is remembered')
    } catch (error) {
      log.warn({ err: error }, 'the disks could not be remembered')
    }
    await systemClock.sleep(tidyMs, signal)
    if (signal.aborted) return
    try {
      await segments.refresh()
      await endAbandonedTakes(segments.takes, {
        clock: systemClock,
        living: 'leave',
        onFailure: (take, err) => log.warn({ take: take.id, err }, 'a take still has no end'),
      })
    } catch (error) {
      log.warn({ err: error }, 'the takes could not be looked at')
    }
  }
}
