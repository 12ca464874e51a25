import assert from 'node:assert/strict'
import { setImmediate as turnOfLoop } from 'node:timers/promises'
import { test } from 'node:test'
import { openGate } from './gate.ts'

const never = new AbortController().signal

test('so many are within at a time, the next ones in the order in which they came', async () => {
  const gate = openGate(2)
  const order: string[] = []
  const come = async (name: string, signal = never): Promise<Disposable | undefined> => {
    const turn = await gate.enter(signal)
    order.push(turn ? name : `${name} left`)
    return turn
  }
  const [a, b] = [await come('a'), await come('b')]
  const gone = new AbortController()
  const [c, d, e] = [come('c'), come('d', gone.signal), come('e')]
  await turnOfLoop()
  assert.deepEqual(order, ['a', 'b'])
  gone.abort()
  assert.equal(await d, undefined)
  a?.[Symbol.dispose]()
  a?.[Symbol.dispose]() // once more changes nothing
  await c
  await turnOfLoop()
  assert.deepEqual(order, ['a', 'b', 'd left', 'c'])
  b?.[Symbol.dispose]()
  await e
  assert.deepEqual(order.slice(4), ['e'])
})

test('a turn that is given to somebody who leaves in that moment goes to the next one', async () => {
  const gate = openGate(1)
  const first = await gate.enter(never)
  const gone = new AbortController()
  const leaving = gate.enter(gone.signal)
  const next = gate.enter(never)
  first?.[Symbol.dispose]()
  gone.abort()
  assert.equal(await leaving, undefined)
  assert.ok(await next)
})

test('who asks for an order goes before those who come behind it, whenever they came', async () => {
  const gate = openGate(1)
  const first = await gate.enter(never)
  const order: string[] = []
  const come = async (name: string): Promise<void> => {
    using _turn = await gate.enter(never, { order: () => name })
    order.push(name)
  }
  const all = ['c', 'a', 'b', 'a'].map(come)
  first?.[Symbol.dispose]()
  await Promise.all(all)
  assert.deepEqual(order, ['a', 'a', 'b', 'c'])
})

test('a turn that ends goes to who waits, not to who asks in that moment', async () => {
  const gate = openGate(1)
  const first = await gate.enter(never)
  const order: string[] = []
  const come = async (name: string): Promise<void> => {
    using _turn = await gate.enter(never, { onWait: () => order.push(`${name} waits`) })
    order.push(name)
  }
  const waiting = come('a')
  first?.[Symbol.dispose]()
  await Promise.all([come('b'), waiting])
  assert.deepEqual(order, ['a waits', 'b waits', 'a', 'b'])
})

test('the order of who waits is what it is when a turn ends', async () => {
  const gate = openGate(1)
  const first = await gate.enter(never)
  const order: string[] = []
  let old = 'z'
  const come = async (name: string, orderOf: () => string): Promise<void> => {
    using _turn = await gate.enter(never, { order: orderOf })
    order.push(name)
  }
  const all = [come('new', () => 'm'), come('old', () => old)]
  old = 'a'
  first?.[Symbol.dispose]()
  await Promise.all(all)
  assert.deepEqual(order, ['old', 'new'])
})
