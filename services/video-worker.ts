// The worker's whole job, to be read aloud: each step takes what the steps before it have finished, while the match is on.
// Which step there is stands in this table and nowhere else.

import { constants, setPriority } from 'node:os'
import { takeInstanceLock } from '../src/adapters/instance-lock.ts'
import { assertDisks } from '../src/adapters/media-disks.ts'
import { mediaFolders, type App } from '../src/app.ts'
import { checkRecording } from '../src/check/check-recording.ts'
import { mergeRecording } from '../src/merge/video-processor.ts'
import { keepChecksums } from '../src/publish/checksum.ts'
import { keepManifests } from '../src/publish/manifest.ts'
import { publishRecording } from '../src/publish/upload-manager.ts'
import { readBoardFacts } from '../src/system/board-facts.ts'
import { keepBoardWatch } from '../src/system/keep-board-watch.ts'
import { keepCopies } from '../src/system/keep-copies.ts'
import { openEvictor } from '../src/sweep/evict.ts'
import { keepRoom } from '../src/sweep/keep-room.ts'
import { whileDisksAreThere } from './while-disks.ts'
import { followSteps, type StepWork } from './follow-steps.ts'

const steps = [
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
        },
        id,
        signal,
      ),
  },
] satisfies readonly StepWork[]

export async function runVideoWorker(app: App, signal: AbortSignal): Promise<void> {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL) // for all that it starts too: when time is short, capture wins
  using _lock = takeInstanceLock(app.settings.paths.home, 'video_worker')
  const { paths, camera } = app.settings
  const ready = (): Promise<void> => assertDisks(paths.home, mediaFolders(paths))
  await Promise.all([
    keepBoardWatch({ ...app, look: readBoardFacts }, signal),
    keepCopies({ ...app, database: app.settings.paths.database }, signal),
    whileDisksAreThere(app, signal, async (there) => {
      await Promise.all([
        followSteps(app, 'video_worker', steps, there),
        keepChecksums(app, there),
        keepRoom({ ...app, evictor: openEvictor({ ...app, rigId: camera.rigId, takesFolder: paths.takes }) }, there),
        keepManifests({ ...app, labelOf: app.clock.labelOf, recordingsFolder: paths.recordings, ready }, there),
      ])
    }),
  ])
}
