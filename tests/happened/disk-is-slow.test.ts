// A card whose syncs take seconds and whose writes stumble: no picture is lost, only durable a little later.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { temporaryFolder } from '../temporary-folder.ts'
import { cannotTrace } from '../machine.ts'
import { pause } from '../real-session.ts'
import { lookInto, startChain, takesOn, untilTakes } from './failing-disk.ts'

async function recordSlowly(...injections: readonly string[]): Promise<void> {
  using home = temporaryFolder()
  await using chain = await startChain(home.path, {
    strace: (folder) => [
      ...['-o', home.file('trace'), '-e', 'trace=write,writev,fsync,fdatasync', '-P', folder, '-P', `${folder}/journal.ndjson`],
      ...Array.from({ length: 20 }, (_, n) => ['-P', `${folder}/${String(n).padStart(6, '0')}.ts`]).flat(),
      ...injections.flatMap((injection) => ['-e', injection]),
    ],
  })
  await untilTakes(home.path, ([take]) => (take?.anchors.length ?? 0) >= 1)
  await pause(10_000)
  await chain.stop()
  const [take] = await takesOn(home.path)
  assert.ok(take)
  const { lost, jumps, pictures } = await lookInto(take)
  assert.deepEqual({ lost, jumps, cause: take.ended?.cause }, { lost: 0, jumps: [], cause: 'stopped' })
  assert.ok(pictures >= 250, `${pictures} pictures`)
}

describe('a slow card', { concurrency: 2 }, () => {
  test('syncs of two and a half seconds each cost no picture', { skip: cannotTrace }, () =>
    recordSlowly('inject=fsync,fdatasync:delay_enter=2500000'),
  )

  test('writes of a quarter of a second each, and syncs of half a second, cost no picture', { skip: cannotTrace }, () =>
    recordSlowly('inject=write,writev:delay_enter=250000', 'inject=fsync,fdatasync:delay_enter=500000'),
  )
})
