// `lab timing`: whether the time of a refusal tells how near a guess was, or that there is something to guess: keys, sessions, share tokens, PINs, passwords.
// Asked within one process, without a network: what cannot be told apart here cannot be told apart from farther off. Two guesses take turns at random.

import { makeRouter } from '../../src/api/router.ts'
import { routeTable } from '../../src/api/route-table.ts'
import { openDoor } from '../../src/api/routing/door.ts'
import { judgeSettings } from '../../config/settings.ts'
import { addAccount } from '../../src/api/people/account-store.ts'
import { createKey } from '../../src/api/people/key-store.ts'
import { hashPassword } from '../../src/api/people/password.ts'
import { openSession } from '../../src/api/people/session-store.ts'
import { openApp, type App } from '../../src/app.ts'
import { systemClock } from '../../src/base/clock.ts'
import { newId } from '../../src/base/ids.ts'
import { keepPin } from '../../src/share/court-pin.ts'
import { createShareLink, revokeShareLink } from '../../src/share/share-link.ts'
import type { Context, Point, Scenario } from '../harness.ts'
import { round } from '../run-job.ts'
import { cliffsDelta, medianOf } from './effect.ts'

type Guess = () => Promise<Response>

type Pair = {
  readonly name: string
  readonly status: number
  readonly guesses: readonly [Guess, Guess]
  /** Of each of the two. */
  readonly n: number
  /** Before each turn of the one or the other. */
  readonly before?: (which: 0 | 1) => void
}

/** Below it an effect is small (Romano, 2006). */
const mostDelta = 0.33
const cheap = 4_000
const costly = 80

export const timingScenario: Scenario = {
  kind: 'lab',
  name: 'timing',
  summary: 'whether the time of a refusal tells a near guess from a wrong one: keys, sessions, share tokens, PINs, passwords',
  run: async function* run(context) {
    const { settings } = judgeSettings({ LOG_LEVEL: 'ERROR', API_HOST: '127.0.0.1' }, { home: context.folder, cwd: context.folder })
    // A clock that leaps, so that no limit on requests or failed attempts is met.
    let us = 0
    const clock = { ...systemClock, monotonicUs: () => (us += 3_600e6) }
    using app = await openApp(settings, { service: 'lab', clock })
    for (const pair of await pairsOf(app)) yield await measure(pair, context)
  },
}

async function pairsOf(app: App): Promise<Pair[]> {
  const { db, clock, bookings } = app
  const router = makeRouter(
    routeTable,
    openDoor(app, { host: '127.0.0.1', publicUrl: 'http://127.0.0.1:1', ending: new AbortController().signal }),
  )
  const ask = (method: string, where: string, headers: Readonly<Record<string, string>> = {}, body?: string): Guess => {
    const all = { host: '127.0.0.1', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers }
    return async () =>
      router.request(
        new Request(`http://127.0.0.1${where}`, { method, headers: all, ...(body === undefined ? {} : { body }) }),
        undefined,
        {
          incoming: { socket: { remoteAddress: '127.0.0.1' } },
        },
      )
  }
  const nowMs = Math.floor(clock.nowMs())
  const account = addAccount(db, { name: 'anna', role: 'admin', passwordHash: await hashPassword('correct horse battery') }, nowMs)
  const { key } = createKey(db, clock, { name: 'lab', role: 'viewer' })
  const session = openSession(db, account.id, nowMs)
  const { booking } = await bookings.create({ startsAtMs: nowMs, endsAtMs: nowMs + 3_600_000, userId: 'local' })
  const [open, revoked] = [1, 2].map(() => createShareLink(db, clock, { bookingId: booking.id, days: 1 }))
  if (!open || !revoked) return []
  revokeShareLink(db, clock, revoked.id)
  const pinHash = await hashPassword('123456', 6)
  const withKey = (text: string): Guess => ask('GET', '/me', { authorization: `Bearer ${text}` })
  const withSession = (text: string): Guess => ask('GET', '/me', { cookie: `ezrec=${text}` })
  const at = (text: string, n: number): string => `${text.slice(0, n)}${text[n] === 'A' ? 'B' : 'A'}${text.slice(n + 1)}`
  const login = (name: string, password: string): Guess => ask('POST', '/login', {}, JSON.stringify({ name, password }))
  return [
    {
      name: 'a key that is wrong at its beginning, and one that is wrong at its end',
      status: 401,
      guesses: [withKey(at(key, key.length - 43)), withKey(at(key, key.length - 2))],
      n: cheap,
    },
    {
      name: 'a key with an id that there is, and one with an id that there is not',
      status: 401,
      guesses: [withKey(at(key, key.length - 2)), withKey(key.replace(/^ezk_[^_]+/, `ezk_${newId().toLowerCase()}`))],
      n: cheap,
    },
    {
      name: 'a session that is wrong at its beginning, and one that is wrong at its end',
      status: 401,
      guesses: [withSession(at(session, 0)), withSession(at(session, 41))],
      n: cheap,
    },
    {
      name: 'a share token that never was, and one that is revoked',
      status: 404,
      guesses: [ask('GET', `/s/${at(revoked.token, 0)}`), ask('GET', `/s/${revoked.token}`)],
      n: cheap,
    },
    {
      name: 'a share token that is wrong at its beginning, and one that is wrong at its end',
      status: 404,
      guesses: [ask('GET', `/s/${at(open.token, 0)}`), ask('GET', `/s/${at(open.token, 41)}`)],
      n: cheap,
    },
    {
      name: 'a wrong PIN while a match has one, and while none has',
      status: 401,
      guesses: [ask('POST', '/court/enter', {}, '{"pin":"654321"}'), ask('POST', '/court/enter', {}, '{"pin":"654321"}')],
      n: costly,
      before: (which) => {
        if (which === 0) keepPin(db, booking.id, pinHash, nowMs)
        else db.run('delete from court_pin')
      },
    },
    {
      name: 'a wrong password of somebody, and one of nobody',
      status: 401,
      guesses: [login('anna', 'incorrect horse'), login(newId(), 'incorrect horse')],
      n: costly,
    },
  ]
}

async function measure({ name, status, guesses, n, before }: Pair, { random, signal }: Context): Promise<Point> {
  const times: [number[], number[]] = [[], []]
  const bodies: [Set<string>, Set<string>] = [new Set(), new Set()]
  const faults: string[] = []
  const warmUp = Math.ceil(n / 10)
  for (let turn = 0; turn < n + warmUp && !signal.aborted; turn += 1) {
    const order: readonly (0 | 1)[] = random() < 0.5 ? [0, 1] : [1, 0]
    for (const which of order) {
      before?.(which)
      const startedUs = Number(process.hrtime.bigint()) / 1_000
      const answer = await guesses[which]()
      const body = await answer.text()
      const us = Number(process.hrtime.bigint()) / 1_000 - startedUs
      if (answer.status !== status) faults.push(`it was answered ${answer.status}, not ${status}`)
      bodies[which].add(body.replace(/"timestamp":"[^"]+"/, ''))
      if (turn >= warmUp) times[which].push(us)
    }
  }
  const delta = cliffsDelta(times[0], times[1])
  const [first, second] = times.map(medianOf)
  if (!(Math.abs(delta) <= mostDelta)) faults.push(`the times lie apart: Cliff's delta ${round(delta)}, at most ${mostDelta} may be`)
  if (new Set([...bodies[0], ...bodies[1]]).size !== 1) faults.push('the answers differ')
  return {
    name,
    faults: [...new Set(faults)],
    figures: { n, delta: round(delta), medianUs: [round(first ?? 0, 1), round(second ?? 0, 1)] },
  }
}
