// `bench api`: how soon reads are answered while both cameras record and the follower merges; and that 256 connections cost the match no frame.
// Nothing is replaced: a session as somebody would start it, its own server, cameras that drop what is not read.

import { connect, type Socket } from 'node:net'
import { rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { openDatabase } from '../../src/adapters/sqlite.ts'
import { createKey } from '../../src/api/people/key-store.ts'
import { systemClock } from '../../src/base/clock.ts'
import { readFilmCounters } from '../film-counters.ts'
import { freePort } from '../free-port.ts'
import type { Scenario } from '../harness.ts'
import { round } from '../run-job.ts'
import { askedWithoutLimit, filmStart, startSession } from '../session-run.ts'
import { readFor } from './load.ts'

/** The server takes no more. */
const mostConnections = 256
/** The bar, on a quiet machine. */
const slowestMs = 20
const settleSeconds = 5

/** What a court's screen, a watcher and a player ask for, over and over. */
const paths = [
  '/health',
  '/status',
  '/bookings',
  '/videos',
  '/recording-logs?limit=10',
  '/shares',
  '/me',
  '/system-info',
  '/openapi.json',
  '/',
]

export const apiScenario: Scenario = {
  kind: 'bench',
  name: 'api',
  summary:
    'how soon reads are answered while both cameras record and the film is merged, and 256 connections that cost no frame (--seconds)',
  run: async function* run(context) {
    const seconds = Math.max(30, context.seconds?.[0] ?? 60)
    const home = path.join(context.folder, 'api')
    const port = await freePort()
    const session = await startSession({ ...context, home, seconds, mark: context.folder, port, variables: askedWithoutLimit })
    const over = new AbortController()
    void session.child.exited.then(() => over.abort())
    const signal = AbortSignal.any([context.signal, over.signal])
    const startsAtMs = await filmStart(home, signal)
    const at = (second: number): Promise<void> => systemClock.sleep(Math.max(0, startsAtMs + second * 1_000 - systemClock.nowMs()), signal)
    const key = keyFor(home)
    await at(settleSeconds)
    const middle = Math.floor(seconds / 2)
    const load = { port, key, paths, connections: 8, everyMs: 100 }
    const quiet = await readFor(
      load,
      AbortSignal.any([signal, AbortSignal.timeout(Math.max(1_000, startsAtMs + middle * 1_000 - systemClock.nowMs()))]),
    )
    context.say(`8 readers: p99 ${quiet.p99Ms} ms`)
    const held = holdConnections(port, mostConnections - 40)
    const full = await readFor(
      { ...load, connections: 40 },
      AbortSignal.any([signal, AbortSignal.timeout(Math.max(1_000, startsAtMs + (seconds - 2) * 1_000 - systemClock.nowMs()))]),
    )
    const stillHeld = held.filter(({ readyState }) => readyState === 'open').length
    for (const socket of held) socket.destroy()
    context.say(`40 readers among ${mostConnections} connections: p99 ${full.p99Ms} ms`)
    const { code, answer } = await session.ended
    const counters = await readFilmCounters(answer.video.path, answer.video.width ?? 0)
    const lostFrames = counters.filter(([left, right]) => left === undefined || right === undefined).length
    const expected = seconds * (answer.video.fps ?? 25)
    const loadAverage = os.loadavg().map((each) => round(each, 1))
    for (const [name, times] of Object.entries({
      'reads by 8 readers, 80 a second': quiet,
      [`reads by 40 readers, 400 a second, among ${mostConnections} connections`]: full,
    }))
      yield {
        name,
        faults: [
          ...(times.refused > 0 ? [`${times.refused} reads were not answered 200`] : []),
          ...(times === full && stillHeld < held.length ? [`${held.length - stillHeld} of ${held.length} held connections ended`] : []),
          ...(name.includes('8 readers') && !(times.p99Ms <= slowestMs)
            ? [`p99 is ${times.p99Ms} ms, at most ${slowestMs} may be on a quiet machine`]
            : []),
        ],
        figures: { ...times, loadAverage },
      }
    const faults = [
      ...(code === 0 ? [] : [`the session ended with ${code}`]),
      ...(answer.status === 'complete' ? [] : [`the film is ${answer.status}: ${JSON.stringify(answer.gaps.slice(0, 5))}`]),
      ...(lostFrames === 0 ? [] : [`${lostFrames} frames are lost`]),
      ...(counters.length === expected ? [] : [`the film has ${counters.length} frames, not ${expected}`]),
    ]
    if (faults.length === 0) await rm(home, { recursive: true, force: true })
    yield { name: `the match of ${seconds} s meanwhile`, faults, figures: { frames: counters.length, lostFrames, status: answer.status } }
  },
}

function keyFor(home: string): string {
  using db = openDatabase(path.join(home, 'ezrec.sqlite'))
  return createKey(db, systemClock, { name: 'bench', role: 'admin' }).key
}

/** Each asks for something now and then, as a page that is open does: the server would end idle ones. */
function holdConnections(port: number, many: number): readonly Socket[] {
  return Array.from({ length: many }, () => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined)
    const ask = (): void => void (socket.writable && socket.write('GET /test-alive HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'))
    const timer = setInterval(ask, 2_000)
    socket.once('connect', ask).once('close', () => clearInterval(timer))
    socket.resume()
    return socket
  })
}
