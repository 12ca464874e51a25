import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { fragmentedFilm, framesOf, smallFilm } from '../../../../tests/media/test-films.ts'
import { openS3Bench } from '../../../../tests/s3-bench.ts'
import { landFilm, noon, smallRecording } from '../../../../tests/small-recording.ts'
import { cannotServeS3, startSwift } from '../../../../tests/swift.ts'
import { temporaryFolder } from '../../../../tests/temporary-folder.ts'
import { until } from '../../../../tests/until.ts'
import { systemClock } from '../../../base/clock.ts'
import { silentLogger } from '../../../base/logger.ts'
import { publishRecording } from '../../upload-manager.ts'
import { findVideoOf } from '../../video.ts'

const minute = 60_000
const partBytes = 5 * 1_048_576

/** A chunk stands for a quarter of an hour: six pictures, as large as makes 12 chunks some parts. */
const heavy = { ...smallFilm, width: 640, height: 360, crf: 1, maxRateKbps: 40_000, chunkFrames: 6 }
const chunks = { before: 4, after: 12 }

test(
  'a match that is extended from 60 to 180 minutes while its film is sent sends no part twice, keeps its part size and has its index in front',
  { skip: cannotServeS3 },
  async () => {
    await using swift = await startSwift()
    using folder = temporaryFolder()
    await using bench = await openS3Bench(swift, folder.file('store'))
    using box = await smallRecording(folder.path, { seconds: 60 * 60, frames: 0 })
    const { db } = box
    const film = await fragmentedFilm(chunks.after * heavy.chunkFrames, heavy, true)
    const parts = () => bench.proxy.asked.filter(({ action, status }) => action === 'part' && status === 200)
    const store = bench.store()
    const options = {
      db,
      clock: { ...systemClock, nowMs: () => noon },
      logger: silentLogger(),
      store,
      recordingsFolder: folder.path,
      chunkSeconds: 900,
      longestMs: 12 * 60 * minute,
    }
    await landFilm(box, film, { to: chunks.before })
    const publishing = publishRecording(options, 'r', new AbortController().signal)
    await until(() => parts().length > 0, 'a part of the first hour in the bucket')
    const sentBefore = parts().length

    db.run('update recording set ends_at_ms = starts_at_ms + ?', 180 * minute)
    db.run('update booking set ends_at_ms = starts_at_ms + ?', 180 * minute)
    await landFilm(box, film, { from: chunks.before })
    box.done('capture', 'merge')
    await publishing

    const key = findVideoOf(db, 'r')?.objectKey ?? assert.fail()
    const object = await bench.read(key)
    const numbers = parts().map(({ part }) => part)
    assert.ok(sentBefore > 0 && numbers.length > sentBefore + 2, `${sentBefore} of ${numbers.length} parts before it was extended`)
    assert.deepEqual(
      numbers.toSorted((a = 0, b = 0) => a - b),
      Array.from({ length: numbers.length }, (_, n) => n + 1),
      'each part once',
    )
    assert.equal(bench.proxy.asked.filter(({ action }) => action === 'begin').length, 1)
    const sizes = new Map(parts().map(({ part = 0, bytes }) => [part, bytes]))
    for (const [part, bytes] of sizes) assert.ok(bytes === partBytes || part === sizes.size, `part ${part} has ${bytes} bytes`)
    assert.equal(object.readUInt32BE(0) > 0 && object.toString('latin1', 4, 8), 'ftyp')
    assert.equal(object.toString('latin1', object.readUInt32BE(0) + 4, object.readUInt32BE(0) + 8), 'moov')
    assert.equal((await framesOf(object)).length, chunks.after * heavy.chunkFrames)
    assert.equal(path.extname(key), '.mp4')
  },
)
