// The worker's whole job, to be read aloud: each step takes what the steps before it have finished, while the match is on.
// Which step there is stands in this table and nowhere else.

import { takeInstanceLock } from '../src/adapters/instance-lock.ts'
import { assertDisks } from '../src/adapters/media-disks.ts'
import { noteStart } from '../src/adapters/service-starts.ts'
import { noSystemd, type Systemd } from '../src/adapters/systemd.ts'
import { formatOf, mediaFolders, uplinkSettingsOf, type App } from '../src/app.ts'
import { bootId } from '../src/base/clock.ts'
import { freeBytes } from '../src/base/files.ts'
import { openGate } from '../src/base/gate.ts'
import { yieldToOthers } from '../src/base/priority.ts'
import { findSpareEncoder } from '../src/capture/drivers/find-spare-encoder.ts'
import { checkRecording } from '../src/check/check-recording.ts'
import { brandingInForce } from '../src/merge/branding/uploaded-assets.ts'
import { mergeRecording } from '../src/merge/video-processor.ts'
import { keepBucketCopies } from '../src/publish/companions/keep-bucket-copies.ts'
import { keepChecksums } from '../src/publish/checksum.ts'
import { keepClips } from '../src/publish/clips/keep-clips.ts'
import { keepClipsSeen } from '../src/publish/clips/keep-clips-seen.ts'
import { keepClipsSent } from '../src/publish/clips/keep-clips-sent.ts'
import { keepPhoneClips } from '../src/publish/clips/keep-phone-clips.ts'
import { keepCompanions, type CompanionOptions } from '../src/publish/companions/keep-companions.ts'
import { keepManifests } from '../src/publish/manifest.ts'
import { keepUplinkTold } from '../src/publish/uplink/keep-uplink-told.ts'
import { publishRecording } from '../src/publish/upload-manager.ts'
import { keepExchanges } from '../src/publish/exchange/keep-exchanges.ts'
import { keepTracks } from '../src/publish/tracks/keep-tracks.ts'
import { keepVerified } from '../src/publish/verify/keep-verified.ts'
import { readBoardFacts } from '../src/system/board-facts.ts'
import { isStrained } from '../src/system/board-state.ts'
import { keepBoardWatch } from '../src/system/keep-board-watch.ts'
import { keepCopies } from '../src/system/keep-copies.ts'
import { keepRowsFew } from '../src/system/keep-rows-few.ts'
import { restartTrouble } from '../src/system/restart-policy.ts'
import { keepBucketRenditions } from '../src/share/bucket-renditions.ts'
import { bucketSharesOf, keepBucketShares } from '../src/share/bucket-share.ts'
import { erasureOf, keepErasures } from '../src/sweep/erasure/keep-erasures.ts'
import { keepRoom } from '../src/sweep/keep-room.ts'
import { keepSwept } from '../src/sweep/keep-swept.ts'
import { sweeperOf } from '../src/sweep/sweeper.ts'
import { whileDisksAreThere } from './while-disks.ts'
import { followSteps, type StepWork } from './follow-steps.ts'

/** Panoramas that nobody waits for any more, at a time. */
const backlog = openGate(2)

/** `isStrained`: whether the board is hot, or slows itself down, at this moment. */
const stepsOf = (isStrained: () => boolean): readonly StepWork[] => [
  {
    name: 'check',
    advance: (app, id, signal) => checkRecording({ ...app, labelOf: app.clock.labelOf, takesFolder: app.settings.paths.takes }, id, signal),
  },
  {
    name: 'merge',
    advance: (app, id, signal) =>
      mergeRecording(
        {
          ...app,
          ...app.settings.merge,
          backlog,
          findSpareEncoder: () => findSpareEncoder([app.settings.camera.left, app.settings.camera.right], formatOf(app.settings)),
          isStrained,
          findBranding: () => brandingInForce(app.settings.branding, app.settings.paths.uploadedBranding),
          home: app.settings.paths.home,
          cacheFolder: app.settings.paths.bookends,
          rigWatch: 'live',
          labelOf: app.clock.labelOf,
          takesFolder: app.settings.paths.takes,
          recordingsFolder: app.settings.paths.recordings,
        },
        id,
        signal,
      ),
  },
  {
    name: 'publish',
    advance: (app, id, signal) =>
      publishRecording(
        {
          ...app,
          recordingsFolder: app.settings.paths.recordings,
          chunkSeconds: app.settings.merge.chunkSeconds,
          longestMs: app.settings.booking.maxHours * 3_600_000,
          maxRateKbps: app.settings.merge.maxRateKbps,
        },
        id,
        signal,
      ),
  },
]

export async function runVideoWorker(app: App, signal: AbortSignal, systemd: Systemd = noSystemd): Promise<void> {
  await yieldToOthers()
  using _lock = takeInstanceLock(app.settings.paths.home, 'video_worker')
  tellRestarts(app)
  const { paths, camera } = app.settings
  const sweeper = sweeperOf(app)
  const ready = (): Promise<void> => assertDisks(paths.home, mediaFolders(paths))
  let strained = false
  const steps = stepsOf(() => strained)
  const worked = (): void => systemd.worked()
  await Promise.all([
    keepBoardWatch({ ...app, look: readBoardFacts, onState: (state) => (strained = isStrained(state)) }, signal),
    keepCopies({ ...app, database: app.settings.paths.database }, signal),
    keepRowsFew(app, signal),
    whileDisksAreThere({ ...app, looked: worked }, signal, async (there) => {
      await Promise.all([
        followSteps({ ...app, looked: worked }, 'video_worker', steps, there),
        keepChecksums(app, there),
        app.store.tidy(there),
        app.bucket &&
          keepVerified(
            { ...app, bucket: app.bucket, percent: app.settings.storage.verifyPercent, timeZone: app.settings.booking.timeZone },
            there,
          ),
        app.bucket && keepBucketShares(bucketSharesOf({ ...app, bucket: app.bucket }), there),
        app.bucket && app.uplink && keepBucketRenditions({ ...app, bucket: app.bucket, uplink: app.uplink }, there),
        app.bucket &&
          app.uplink &&
          app.settings.storage.tracks !== 'off' &&
          keepTracks({ ...app, bucket: app.bucket, uplink: app.uplink, takesFolder: paths.takes }, there),
        app.bucket && keepBucketCopies({ ...app, bucket: app.bucket, recordingsFolder: paths.recordings }, there),
        app.bucket &&
          app.uplink &&
          keepClipsSent({ ...app, bucket: app.bucket, uplink: app.uplink, recordingsFolder: paths.recordings }, there),
        app.bucket && keepClipsSeen({ ...app, bucket: app.bucket }, there),
        app.bucket &&
          app.uplink &&
          keepUplinkTold({ ...app, uplink: app.uplink, rules: { ...uplinkSettingsOf(app.settings), place: app.bucket.place } }, there),
        keepExchanges({ ...app, clipsFolder: paths.clips, hasBucket: app.bucket !== undefined }, there),
        keepCompanions(companionOptions(app), there),
        keepPhoneClips(companionOptions(app), there),
        keepClips(
          { ...app, takesFolder: paths.takes, recordingsFolder: paths.recordings, segmentMs: camera.segmentSeconds * 1_000 },
          there,
        ),
        keepRoom({ ...app, evictor: sweeper }, there),
        keepSwept({ ...app, sweeper }, there),
        keepErasures(erasureOf(app), there),
        keepManifests({ ...app, labelOf: app.clock.labelOf, recordingsFolder: paths.recordings, ready }, there),
      ])
    }),
  ])
}

/** Beyond what is made: other things live on this disk, too. */
const spareBytes = 2e9

const dayMs = 24 * 3_600_000

const companionOptions = (app: App): CompanionOptions => ({
  ...app,
  rigId: app.settings.camera.rigId,
  recordingsFolder: app.settings.paths.recordings,
  clipsFolder: app.settings.paths.clips,
  maxRateKbps: app.settings.merge.maxRateKbps,
  hasRoom: async (bytes) => (await freeBytes(app.settings.paths.store)) > bytes + spareBytes && (await app.room.shortfall(dayMs)) === 0,
})

/** A box that flickers says so in its log, too; it goes on as ever. */
function tellRestarts({ db, clock, logger }: App): void {
  try {
    const trouble = restartTrouble(noteStart(db, { service: 'video_worker', bootId: bootId(), pid: process.pid, atMs: clock.nowMs() }))
    if (trouble !== undefined) logger.warn({ trouble }, 'the box was restarted often')
  } catch (error) {
    logger.warn({ err: error }, 'this start could not be noted')
  }
}
