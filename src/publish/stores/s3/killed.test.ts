import assert from 'node:assert/strict'
import { test } from 'node:test'
import { killedBehind } from '../../../../tests/killed-behind.ts'
import { noise, openS3Bench } from '../../../../tests/s3-bench.ts'
import { s3Error } from '../../../../tests/s3-proxy.ts'
import { cannotServeS3, startSwift } from '../../../../tests/swift.ts'
import { temporaryFolder } from '../../../../tests/temporary-folder.ts'
import { until } from '../../../../tests/until.ts'
import { listUnwanted } from './upload-ledger.ts'

const key = 'u/2026-05-02/01HV000000000000000000FILM.mp4'
const header = Buffer.alloc(4_096, 'H')
const body = noise('killed', 11) // three parts
const film = Buffer.concat([header, ...body])

for (const rights of ['all rights', 'the right to write alone'])
  test(
    `a film is one object, whole and with no part sent twice, behind whichever write the box is killed: ${rights}`,
    { skip: cannotServeS3 },
    async () => {
      await using swift = await startSwift()
      let wasKilled = true
      for (let writes = 0; wasKilled; writes += 1) {
        using folder = temporaryFolder()
        await using bench = await openS3Bench(swift, folder.path)
        if (rights !== 'all rights')
          bench.proxy.behave(({ action }) =>
            ['head', 'delete', 'list-uploads', 'get'].includes(action) ? s3Error(403, 'AccessDenied') : 'pass',
          )
        const life = killedBehind(bench.db, writes)
        const first = await bench.store({ db: life.db }).deposit(key, { headerBytes: header.length, bodyBytes: 0 })
        for (const piece of body) await first.append(piece)
        let isOver = false
        const over = (): void => void (isOver = true)
        const finished = first.finish(header).then(over, over)
        await until(() => life.isDead() || isOver, 'the end of a life or of the film')
        wasKilled = life.isDead()
        await first.close()
        await finished
        const second = await bench.store().deposit(key, { headerBytes: header.length, bodyBytes: film.length - header.length })
        const { objectKey = key } = await second.finish(header)
        await second.close()
        bench.proxy.behave(() => 'pass')
        const stop = new AbortController()
        const tidy = bench.store().tidy(stop.signal)
        const place = String(bench.db.get('select place from upload')?.['place'])
        await until(() => listUnwanted(bench.db, place).length === 0, 'nothing that is wanted no more')
        stop.abort()
        await tidy
        const why = `killed behind ${writes} writes`
        assert.ok((await bench.read(objectKey)).equals(film), why)
        assert.deepEqual([await bench.objects(), objectKey], [[key], key], why)
        assert.ok(writes < 40)
        const accepted = bench.proxy.asked.filter(({ action, status }) => action === 'part' && status === 200).map(({ part }) => part)
        assert.equal(new Set(accepted).size, accepted.length, why)
        // One that was begun and whose name no row knows is found by who may list them.
        assert.ok((await bench.openUploads()).length <= (rights === 'all rights' ? 0 : 1), why)
      }
    },
  )
