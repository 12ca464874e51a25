// ./ezrec republish: a published film is sent to the bucket once more, or another film of its match takes its place. The worker does it.
// Never removes what is published: the old one goes when the bucket has proven that it holds the one that comes.

import path from 'node:path'
import { z } from 'zod'
import { EzrecError } from '../../src/base/errors.ts'
import { freeBytes } from '../../src/base/files.ts'
import { assertExchangeable, askForExchange } from '../../src/publish/exchange/exchange-store.ts'
import { takeFilm } from '../../src/publish/exchange/take-film.ts'
import { findVideo, findVideoOf } from '../../src/publish/video.ts'
import { withExamples, type Verb } from '../cli.ts'
import { openBox } from '../open-box.ts'
import { readOptions } from '../options.ts'

export const command: Verb = {
  name: 'republish',
  summary: 'send a published film to the bucket once more, or put another film of its match in its place',
  configure: (it) =>
    void withExamples(
      it
        .argument('<film>', 'its id, or that of its recording')
        .option('--with <file>', 'the film that takes its place: of the same match, picture for picture')
        .option('--json', 'print one JSON document'),
      [
        ['./ezrec republish 01K3ZJ5W8M0Q4T6V9X1Y2B3C4D', 'the same film, to a new place in the bucket'],
        ['./ezrec republish 01K3ZJ5W8M0Q4T6V9X1Y2B3C4D --with again.mp4', 'what ./ezrec merge made of it once more'],
      ],
    ),
  run: async ({ home, args: [given = ''], options, json, out, print, say, signal }) => {
    const { with: file } = readOptions(z.object({ with: z.string().min(1).max(4_096).optional() }), options)
    using app = await openBox({ home, say }, { service: 'republish' })
    using _bucket = { [Symbol.dispose]: () => app.bucket?.close() }
    const { db, store } = app
    const named = findVideo(db, given) ?? findVideoOf(db, given)
    if (!named) throw new EzrecError('not_found', `there is no film ${given}`, { hint: './ezrec booking list --json shows the recordings' })
    const hasBucket = app.bucket !== undefined
    const video = assertExchangeable(db, named.id, { hasBucket, isReplaced: file !== undefined })
    const hasRoom = async (bytes: number): Promise<boolean> =>
      (await freeBytes(app.settings.paths.store)) > bytes + spareBytes && (await app.room.shortfall(dayMs)) === 0
    const film = file === undefined ? undefined : await takeFilm({ store, hasRoom }, video, path.resolve(file), signal)
    askForExchange(db, video.id, { by: 'the command line', hasBucket, ...(film ? { film } : {}) }, app.clock.nowMs())
    const told = { id: video.id, recordingId: video.recordingId, effect: film ? 'replacing' : 'republishing', bytes: film?.bytes ?? null }
    if (json) out(told)
    else print(`${told.effect} ${video.recordingId}: the worker does it; ./ezrec uploads tells how far it is`)
    return 0
  },
}

const spareBytes = 2e9
const dayMs = 24 * 3_600_000
