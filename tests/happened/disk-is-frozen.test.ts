// A card that stands still for five seconds: what the camera shows meanwhile waits in memory.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cannotMount } from '../machine.ts'
import { pause } from '../real-session.ts'
import { cardDisk, lookInto, startChain, takesOn, untilTakes, type ChainOptions } from './failing-disk.ts'

/** Three seconds, five of them frozen, three more; then the end. */
async function freezeDuring(options: ChainOptions): Promise<Awaited<ReturnType<typeof lookInto>> & { cause: string; spanSeconds: number }> {
  await using card = await cardDisk(96)
  await using chain = await startChain(card.path, options)
  await untilTakes(card.path, ([take]) => (take?.anchors.length ?? 0) >= 3)
  await card.freeze()
  await pause(5_000)
  await card.thaw()
  await pause(3_000)
  await chain.stop()
  const [take] = await takesOn(card.path)
  assert.ok(take)
  const seen = await lookInto(take)
  return { ...seen, cause: take.ended?.cause ?? 'none', spanSeconds: (seen.pictures + seen.lost) / 25 }
}

test('a disk that stands still for five seconds costs no picture', { skip: cannotMount }, async () => {
  const { lost, jumps, cause, spanSeconds } = await freezeDuring({})
  assert.deepEqual({ lost, jumps, cause }, { lost: 0, jumps: [], cause: 'stopped' })
  assert.ok(spanSeconds >= 10, `${spanSeconds} s`)
})

test('without the memory between them it would: the take is over, with what had room and the reason', { skip: cannotMount }, async () => {
  const { lost, jumps, cause, spanSeconds } = await freezeDuring({ maxQueuedBytes: 200_000 })
  assert.deepEqual({ lost, jumps, cause }, { lost: 0, jumps: [], cause: 'disk' })
  assert.ok(spanSeconds >= 2 && spanSeconds < 8, `${spanSeconds} s`)
})
