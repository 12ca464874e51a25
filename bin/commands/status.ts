// ./ezrec status: how the box stands at this moment, measured once; the timer of an installation keeps a measurement each minute.
// Never makes or migrates a database: before the first service has run there is nothing to measure.

import { openSettings } from '../../config/settings.ts'
import { holdShared } from '../../src/adapters/database-hold.ts'
import { replaceInOutbox } from '../../src/adapters/log-tables.ts'
import { openDatabase, readDatabase } from '../../src/adapters/sqlite.ts'
import { ratesOf, roomOf } from '../../src/app.ts'
import { systemClock } from '../../src/base/clock.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { plural } from '../../src/base/words.ts'
import { openBoxClock } from '../../src/capture/box-time-file.ts'
import { evidenceFor } from '../../src/capture/clock-trust.ts'
import { openRoom } from '../../src/sweep/room.ts'
import { keepBoxLook, readBoxLook } from '../../src/system/box-look-file.ts'
import { boxLooks, lookAgain } from '../../src/system/doctor/box-looks.ts'
import { kernelTroublesOfToday } from '../../src/system/doctor/kernel-log.ts'
import { keepLook, lookFiles } from '../../src/system/look-file.ts'
import { openMachineLook } from '../../src/system/machine-look.ts'
import { boxIdsOf, measureStatus } from '../../src/system/measure-status.ts'
import { cloudStatusOf, type StatusSample } from '../../src/system/status-policy.ts'
import { keepStatus } from '../../src/system/status-store.ts'
import { withExamples, type Verb } from '../cli.ts'

export const command: Verb = {
  name: 'status',
  summary: 'how the box stands at this moment, in figures',
  configure: (it) =>
    void withExamples(it.option('--keep', 'keep the measurement in the database').option('--json', 'print one JSON document'), [
      ['./ezrec status', 'one line; ./ezrec doctor says what to do about it'],
      ['./ezrec status --json | jq .cloud', "the same in the columns of the original's table system_status"],
    ]),
  run: async ({ home, json, options, out, print, signal }) => {
    const { settings } = openSettings(home)
    const { paths, camera, booking } = settings
    readDatabase(paths.database).close() // refused where there is none, or another version's
    using hold = await holdShared(paths.home, (ms) => systemClock.sleep(ms, signal), signal)
    if (!hold) throw new EzrecError('canceled', 'the measurement was stopped', { hint: 'nothing to do: somebody asked for it' })
    using db = options['keep'] === true ? openDatabase(paths.database) : readDatabase(paths.database)
    if (options['keep'] === true) {
      const troubles = await kernelTroublesOfToday()
      if (troubles) await keepLook(lookFiles(paths.home).kernel, troubles)
    }
    const clock = openBoxClock(paths.boxTime, { evidence: evidenceFor(booking.clockTrust) })
    const sample = await measureStatus({
      db,
      clock,
      room: openRoom({ db, clock, ...roomOf(settings), bucket: undefined }),
      lookAtMachine: openMachineLook(paths, clock),
    })
    // A time that nobody is sure of would put it among measurements of another day.
    const cloud = cloudStatusOf(sample, boxIdsOf(db, { userId: booking.userId, rigId: camera.rigId }))
    if (options['keep'] === true && clock.settled())
      db.transaction(() => {
        keepStatus(db, sample)
        replaceInOutbox(db, sample.atMs, 'box.status', cloud)
      })
    if (options['keep'] === true) {
      const looks = boxLooks({ settings, rates: ratesOf(settings), db }, signal)
      const { box } = lookFiles(paths.home)
      await keepBoxLook(box, await lookAgain(looks, await readBoxLook(box), clock.monotonicUs()))
    }
    if (json) out({ ...sample, cloud })
    else print(lineOf(sample))
    return 0
  },
}

function lineOf({
  verdict,
  reasons,
  loadShare,
  memoryShare,
  freeBytes,
  celsius,
  camerasRunning,
  waiting,
  bookingId,
}: StatusSample): string {
  const facts = [
    `load ${Math.round(loadShare * 100)} %`,
    `memory ${Math.round(memoryShare * 100)} %`,
    ...(freeBytes === null ? [] : [`${(freeBytes / 1e9).toFixed(1)} GB free`]),
    ...(celsius === null ? [] : [`${celsius.toFixed(0)} C`]),
    `${plural(camerasRunning, 'camera')} running`,
    `${plural(waiting, 'film')} to come`,
    ...(bookingId === null ? [] : [`booking ${bookingId}`]),
  ]
  return `${verdict}${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`}: ${facts.join(', ')}`
}
