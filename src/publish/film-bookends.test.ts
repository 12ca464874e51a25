import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { fragmentedFilm, framesOf, smallFilm } from '../../tests/media/test-films.ts'
import { noon, smallRecording, type SmallRecording } from '../../tests/small-recording.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { systemClock } from '../base/clock.ts'
import { silentLogger } from '../base/logger.ts'
import { cutStream } from '../merge/cmaf.ts'
import { joinBookend, readBookend } from '../merge/branding/bookend-film.ts'
import { beginBookends, bookendFile, fixBookends, noteBookendMade } from '../merge/branding/bookend-store.ts'
import { ledgerFaults } from '../system/oracles/published.ts'
import { localFolderStore } from './stores/local-folder.ts'
import { publishRecording, type PublishOptions } from './upload-manager.ts'
import { findVideoOf } from './video.ts'

const never = new AbortController().signal

const encoded = { intro: fragmentedFilm(20, { ...smallFilm, crf: 40 }), outro: fragmentedFilm(15, { ...smallFilm, crf: 40 }) }

/** A small recording whose film has an intro of 20 frames and an outro of 15. */
async function withBookends(folder: string): Promise<SmallRecording> {
  const small = await smallRecording(folder)
  beginBookends(
    small.db,
    'r',
    (['intro', 'outro'] as const).map((slot) => ({ slot, file: `/${slot}.mov`, sha256: 'x', fault: null })),
  )
  for (const slot of ['intro', 'outro'] as const) {
    const [init, ...fragments] = cutStream().push(await encoded[slot])
    const made = readBookend(
      joinBookend(
        init?.bytes ?? Buffer.alloc(0),
        fragments.map(({ bytes }) => bytes),
      ),
    )
    writeFileSync(path.join(small.folder, bookendFile(slot)), made.bytes)
    noteBookendMade(small.db, 'r', slot, made)
  }
  fixBookends(small.db, 'r')
  small.done('capture', 'merge')
  return small
}

const optionsFor = ({ db }: SmallRecording, folder: string): PublishOptions => ({
  ...{
    db,
    clock: { ...systemClock, nowMs: () => noon + 5_000 },
    logger: silentLogger(),
    store: localFolderStore(path.join(folder, 'store')),
  },
  ...{ recordingsFolder: folder, chunkSeconds: 2, longestMs: 60_000 },
})

const hashes = (lines: readonly string[]): string[] => lines.map((line) => line.split(',').at(-1)?.trim() ?? '')

test('a film begins with its intro and ends with its outro, and the match between them is what it is without, picture by picture', async () => {
  using folder = temporaryFolder()
  using small = await withBookends(folder.path)
  const options = optionsFor(small, folder.path)
  await publishRecording(options, 'r', never)
  const video = findVideoOf(small.db, 'r')
  assert.equal(video?.published?.frames, 20 + 50 + 15)
  const film = await framesOf(options.store.pathOf(video.objectKey))
  assert.deepEqual(hashes(film).slice(20, 70), hashes(await framesOf(await fragmentedFilm(50))))
  assert.deepEqual(hashes(film).slice(0, 20), hashes(await framesOf(await encoded.intro)))
  assert.equal(new Set(film.map((line, n) => Number(line.split(',')[2]) - n * Number(film[1]?.split(',')[2]))).size, 1, 'times are uniform')
})

test('a kill after each write to the store changes nothing of the film', async () => {
  using folder = temporaryFolder()
  using whole = await withBookends(folder.path)
  await publishRecording(optionsFor(whole, folder.path), 'r', never)
  const wanted = findVideoOf(whole.db, 'r')?.published?.bytes
  for (const writes of [0, 1, 5, 6]) {
    using again = temporaryFolder()
    using small = await withBookends(again.path)
    const options = optionsFor(small, again.path)
    let left = writes
    const dying = {
      ...options.store,
      deposit: async (...order: Parameters<typeof options.store.deposit>) => {
        const deposit = await options.store.deposit(...order)
        const append = async (bytes: Buffer): Promise<void> => {
          await deposit.append(bytes)
          left -= 1
          if (left < 0) throw new Error('killed')
        }
        return { ...deposit, append }
      },
    }
    await publishRecording({ ...options, store: dying }, 'r', never).catch(() => undefined)
    await publishRecording(options, 'r', never)
    assert.equal(findVideoOf(small.db, 'r')?.published?.bytes, wanted, `after ${writes} writes`)
  }
})

test('an intro whose file is gone or damaged by then is left out, and told; the film is published', async () => {
  for (const [spoil, fault] of [
    [(file: string) => rmSync(file), 'what was made of it is gone'],
    [(file: string) => writeFileSync(file, 'damaged'), 'what was made of it is damaged'],
  ] as const) {
    using folder = temporaryFolder()
    using small = await withBookends(folder.path)
    for (const slot of ['intro', 'outro'] as const) spoil(path.join(small.folder, bookendFile(slot)))
    const options = optionsFor(small, folder.path)
    await publishRecording(options, 'r', never)
    const video = findVideoOf(small.db, 'r')
    assert.deepEqual([video?.published?.frames, video?.published?.status], [50, 'complete'])
    assert.deepEqual(await framesOf(options.store.pathOf(video?.objectKey ?? '')), await framesOf(await fragmentedFilm(50)))
    assert.deepEqual(
      small.db.all('select fault from bookend').map((row) => row['fault']),
      [fault, fault],
    )
  }
})

test('the sums of a film count its intro and outro', () => {
  const chunks = [{ number: 0, firstFrame: 0, frames: 50, payloadBytes: 1_000 }]
  const video = { headerBytes: 10, bodyBytes: 1_300, bodyChunks: 1, published: { bytes: 1_310 } }
  assert.deepEqual(ledgerFaults(video, 65, chunks, [{ frames: 15, payloadBytes: 300 }]), [])
  assert.equal(ledgerFaults(video, 65, chunks).length, 3)
})
