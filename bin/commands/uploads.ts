// ./ezrec uploads: what is on its way to the bucket, how fast, and when it will be there. Reads rows only; safe at any time.
// Never asks the bucket: doctor does.

import { openSettings } from '../../config/settings.ts'
import { readDatabase } from '../../src/adapters/sqlite.ts'
import { tellUploads } from '../../src/api/routes/uploads-form.ts'
import { openBoxClock } from '../../src/capture/box-time-file.ts'
import { evidenceFor } from '../../src/capture/clock-trust.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { plural } from '../../src/base/words.ts'
import { sizeInWords } from '../../src/share/share-page.ts'
import { withExamples, type Verb } from '../cli.ts'

export const command: Verb = {
  name: 'uploads',
  summary: 'what is on its way to the bucket: bytes, parts, rate and when it will be there',
  configure: (it) =>
    void withExamples(it.option('--json', 'print one JSON document'), [
      ['./ezrec uploads', 'each film that is not there yet, and what it waits for; clips'],
      ['./ezrec uploads --json | jq .etaSeconds', 'for a monitor'],
    ]),
  run: async ({ home, json, out, print, say }) => {
    const { settings, warnings } = openSettings(home)
    for (const warning of warnings) say(`warning: ${warning}`)
    using db = readDatabase(settings.paths.database)
    const clock = openBoxClock(settings.paths.boxTime, { evidence: evidenceFor(settings.booking.clockTrust) })
    const told = tellUploads({ db, clock, settings })
    if (!told)
      throw new EzrecError('invalid', 'no bucket is set: films stay on this box', { hint: 'S3_BUCKET and its key: ./ezrec config example' })
    if (json) {
      out(told)
      return 0
    }
    for (const { recordingId, bytes, sentBytes, parts, sentParts, waitsFor } of told.films) {
      print(`${recordingId}  ${sizeInWords(sentBytes)} of ${sizeInWords(bytes)}, ${sentParts} of ${parts} parts`)
      if (waitsFor) print(`    waits since ${waitsFor.since}: ${waitsFor.fault}\n    mend: ${waitsFor.mend}`)
    }
    const { clips, bytes: clipBytes } = told.phoneClips
    if (clips > 0) print(`${plural(clips, 'clip')} for phones, ${sizeInWords(clipBytes)}`)
    const rate = told.bytesPerSecond === null ? 'rate not measured yet' : `${sizeInWords(told.bytesPerSecond)}/s`
    const limit = told.limitBytesPerSecond === null ? '' : `, at most ${sizeInWords(told.limitBytesPerSecond)}/s`
    const paused = told.pausedBy === null ? '' : `, paused (${told.pausedBy})`
    const eta = told.eta === null ? '' : `, there at ${told.eta}`
    print(told.films.length + clips === 0 ? 'nothing waits' : `${sizeInWords(told.leftBytes)} left, ${rate}${limit}${paused}${eta}`)
    print(`the bucket holds ${plural(told.confirmed.films, 'film')}, ${sizeInWords(told.confirmed.bytes)}`)
    return 0
  },
}
