import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fastClock } from '../../../../lab/crash/fast-clock.ts'
import { noise, openS3Bench } from '../../../../tests/s3-bench.ts'
import { cannotServeS3, startSwift } from '../../../../tests/swift.ts'
import { temporaryFolder } from '../../../../tests/temporary-folder.ts'
import type { Deposit, FilmStore } from '../store.ts'

const header = Buffer.alloc(4_096, 'H')
const hourMs = 3_600_000

/** Those of the product. */
const patience = { baseMs: 500, quickTries: 5, quickCapMs: 5_000, capMs: 60_000, permanentCapMs: 300_000 }

test(
  'a day without a network, ten matches and a restart: each film is sent once, whole and in order, when it is back',
  { skip: cannotServeS3 },
  async () => {
    await using swift = await startSwift()
    using folder = temporaryFolder()
    await using bench = await openS3Bench(swift, folder.path)
    const clock = fastClock(Date.parse('2026-05-02T08:00:00Z'), (24 * hourMs) / 3_000)
    clock.run()
    const films = Array.from({ length: 10 }, (_, n) => ({
      key: `u/2026-05-02/01HV00000000000000000000F${n}.mp4`,
      body: noise(`day ${n}`, 1 + (n === 4 ? 11 : n % 3)), // one is of several parts
    }))
    bench.proxy.behave(() => 'cut')
    const lives: { deposit: Deposit; sent: Promise<unknown> }[] = []
    const record = async (store: FilmStore, { key, body }: (typeof films)[number], isWhole: boolean): Promise<void> => {
      const all = Buffer.concat(body).length
      const deposit = await store.deposit(key, { headerBytes: header.length, bodyBytes: isWhole ? all : 0 })
      if (!isWhole) for (const piece of body) await deposit.append(piece)
      const sent = deposit.finish(header)
      sent.catch(() => undefined)
      lives.push({ deposit, sent })
      await clock.sleep(2.4 * hourMs)
    }
    const morning = bench.store({ clock, patience })
    for (const film of films.slice(0, 5)) await record(morning, film, false)
    for (const { deposit } of lives.splice(0)) await deposit.close() // the box goes off and on again
    const evening = bench.store({ clock, patience })
    for (const film of films.slice(0, 5).toReversed()) await record(evening, film, true)
    for (const film of films.slice(5)) await record(evening, film, false)
    assert.deepEqual(await bench.objects(), [])

    bench.proxy.behave(() => 'pass')
    const before = bench.proxy.asked.length
    await Promise.all(lives.map(({ sent }) => sent))
    for (const { deposit } of lives) await deposit.close()
    const asked = bench.proxy.asked.slice(before)
    const keysOf = (action: string): string[] => asked.filter((each) => each.action === action).map(({ key }) => key)
    const inOrder = films.map(({ key }) => `/${bench.name}/${key}`)
    assert.deepEqual(keysOf('begin'), inOrder)
    assert.deepEqual(keysOf('complete').toSorted(), inOrder)
    assert.deepEqual([...new Set(keysOf('part'))], inOrder, 'the first part of each goes in order')
    for (const { key, body } of films) assert.ok((await bench.read(key)).equals(Buffer.concat([header, ...body])), key)
    const bytes = films.reduce((sum, { body }) => sum + header.length + Buffer.concat(body).length, 0)
    const sent = asked.filter(({ action }) => action === 'part').reduce((sum, part) => sum + part.bytes, 0)
    assert.equal(sent, bytes, 'nothing goes twice')
    assert.deepEqual(
      (await bench.objects()).toSorted(),
      films.map(({ key }) => key),
    )
    assert.deepEqual(await bench.openUploads(), [])
  },
)
