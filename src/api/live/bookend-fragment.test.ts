import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { fragmentedFilm, framesOf, smallFilm } from '../../../tests/media/test-films.ts'
import { smallRecording } from '../../../tests/small-recording.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { chunkFile, initFile, listChunks } from '../../merge/chunk-store.ts'
import { cutStream, placeFragment } from '../../merge/cmaf.ts'
import { joinBookend, readBookend } from '../../merge/branding/bookend-film.ts'
import {
  beginBookends,
  bookendFile,
  fixBookends,
  leadTicks,
  noteBookendFault,
  noteBookendMade,
} from '../../merge/branding/bookend-store.ts'
import { readBookendFragment } from './bookend-fragment.ts'

test('intro, match and outro are one time line in the live stream, decoded from one init segment', async () => {
  using folder = temporaryFolder()
  using small = await smallRecording(folder.path)
  const [init, ...fragments] = cutStream().push(await fragmentedFilm(15, smallFilm))
  const made = readBookend(
    joinBookend(
      init?.bytes ?? Buffer.alloc(0),
      fragments.map(({ bytes }) => bytes),
    ),
  )
  beginBookends(
    small.db,
    'r',
    (['intro', 'outro'] as const).map((slot) => ({ slot, file: '/x', sha256: 'x', fault: null })),
  )
  for (const slot of ['intro', 'outro'] as const) {
    writeFileSync(path.join(small.folder, bookendFile(slot)), made.bytes)
    noteBookendMade(small.db, 'r', slot, made)
  }
  fixBookends(small.db, 'r')
  const lead = leadTicks(small.db, 'r').get(1) ?? 0
  assert.equal(lead, 15 * 3_600)
  const match = listChunks(small.db, 'r').map(({ number, firstFrame }) => {
    const bytes = readFileSync(path.join(small.folder, chunkFile(number)))
    placeFragment(bytes, number, new Map([[1, lead + firstFrame * 3_600]])) // as it lands behind an intro
    return bytes
  })
  const of = async (slot: 'intro' | 'outro', number: number): Promise<Uint8Array> =>
    (await readBookendFragment(small.db, small.folder, 'r', { slot, number })) ?? assert.fail(`there is no ${slot} ${number}`)
  const parts = [await of('intro', 0), await of('intro', 1), ...match, await of('outro', 0), await of('outro', 1)]
  const film = await framesOf(Buffer.concat([readFileSync(path.join(small.folder, initFile)), ...parts]))
  const times = film.map((line) => Number(line.split(',')[2]))
  assert.equal(times.length, 15 + 50 + 15)
  assert.deepEqual(
    times,
    times.map((_, n) => n * (times[1] ?? 0)),
    'times are uniform',
  )

  assert.equal(await readBookendFragment(small.db, small.folder, 'r', { slot: 'intro', number: 2 }), undefined)
  rmSync(path.join(small.folder, bookendFile('intro')))
  assert.equal(await readBookendFragment(small.db, small.folder, 'r', { slot: 'intro', number: 0 }), undefined)
  noteBookendFault(small.db, 'r', 'intro', 'it is gone', 1)
  assert.equal(leadTicks(small.db, 'r').get(1), lead, 'chunks to come stand behind it as those before them do')
})
