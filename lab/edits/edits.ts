// `bench edits`: how soon after its answer a booking's change is acted on by the recorder. Over HTTP, on a running box, while it films.
// Never looks at the recorder's memory: its log says when a plan came into force, and when capture began and ended.

import path from 'node:path'
import { z } from 'zod'
import { openDatabase } from '../../src/adapters/sqlite.ts'
import { createKey } from '../../src/api/people/key-store.ts'
import { systemClock } from '../../src/base/clock.ts'
import { EzrecError } from '../../src/base/errors.ts'
import type { Context, Point, Scenario } from '../harness.ts'
import { recorderLog, type RecorderLog } from './recorder-log.ts'
import { startBox } from './start-box.ts'

const limitMs = 250
const rounds = 10

export const editsScenario: Scenario = {
  kind: 'bench',
  name: 'edits',
  summary: 'how soon a booking that is made, moved, extended, shortened, stopped or cancelled is acted on, from the HTTP answer',
  run: async function* run(context) {
    const home = path.join(context.folder, 'box')
    await using box = await startBox(home, context)
    const desk = openDesk(home, box.url, context.signal)
    const log = recorderLog(path.join(home, 'logs', 'dual_recorder.log'), context.signal)
    yield* measure(desk, log, context)
  },
}

type Desk = { ask(method: string, where: string, body?: unknown): Promise<{ readonly id: string; readonly answeredMs: number }> }

function openDesk(home: string, url: string, signal: AbortSignal): Desk {
  using db = openDatabase(path.join(home, 'ezrec.sqlite'))
  const { key } = createKey(db, systemClock, { name: 'bench', role: 'operator' })
  const schema = z.object({ data: z.union([z.object({ id: z.string() }), z.object({ booking: z.object({ id: z.string() }) })]) })
  return {
    ask: async (method, where, body) => {
      const answer = await fetch(url + where, {
        method,
        headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal,
      })
      const text = await answer.text()
      const answeredMs = systemClock.nowMs()
      if (!answer.ok)
        throw new EzrecError('internal', `${method} ${where} was answered ${answer.status}: ${text.slice(0, 300)}`, {
          hint: 'look into its log',
        })
      const { data } = schema.parse(JSON.parse(text))
      return { id: 'booking' in data ? data.booking.id : data.id, answeredMs }
    },
  }
}

async function* measure(desk: Desk, log: RecorderLog, context: Context): AsyncGenerator<Point> {
  const tookMs = new Map<string, number[]>()
  const edit = async (name: string, words: string, method: string, where: string, body?: unknown): Promise<string> => {
    const before = await log.count(words)
    const { id, answeredMs } = await desk.ask(method, where, body)
    const actedMs = await log.nextAfter(words, before)
    tookMs.set(name, [...(tookMs.get(name) ?? []), Math.max(0, actedMs - answeredMs)])
    await systemClock.sleep(50 + context.random() * 100, context.signal) // at every phase of the recorder's own beat
    return id
  }
  const plan = 'a capture plan is in force'
  const at = (seconds: number): string => new Date(systemClock.nowMs() + seconds * 1_000).toISOString()
  for (let round = 0; round < rounds && !context.signal.aborted; round += 1) {
    const running = await edit('made for now: capture begins', 'capture begins', 'POST', '/bookings', window(at(1), at(120)))
    const next = await edit('the next one is made', plan, 'POST', '/bookings', window(at(200), at(260)))
    await edit('the next one is moved', plan, 'PUT', `/bookings/${next}`, window(at(210), at(270)))
    await systemClock.sleep(1_000, context.signal)
    await edit('the running one is extended', plan, 'POST', `/bookings/${running}/extend`, { minutes: 1 })
    await edit('the running one is shortened', plan, 'PATCH', `/bookings/${running}`, { end_time: at(60) })
    await edit('the next one is cancelled', plan, 'DELETE', `/bookings/${next}`)
    await edit('the running one is cancelled: capture ends', 'capture ends', 'DELETE', `/bookings/${running}`)
    await systemClock.sleep(3_000, context.signal) // a camera has one user: the next capture waits until the last one is closed
  }
  for (const [name, all] of tookMs) yield point(name, all)
}

const window = (startTime: string, endTime: string): unknown => ({ start_time: startTime, end_time: endTime })

function point(name: string, all: readonly number[]): Point {
  const sorted = all.toSorted((a, b) => a - b)
  const longestMs = sorted.at(-1) ?? 0
  return {
    name,
    faults: longestMs <= limitMs ? [] : [`it took ${longestMs} ms, at most ${limitMs} may be`],
    figures: { times: all.length, medianMs: sorted[Math.floor(sorted.length / 2)], longestMs },
  }
}
