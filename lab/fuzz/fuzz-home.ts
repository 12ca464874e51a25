// The rounds of `lab fuzz` over a home that has a film: everybody is let in anew, who may not asks, who may asks, and bytes come that are no HTTP.
// Never asks more often than it was told to; the first request of each kind of fault is kept in finds.ndjson.

import path from 'node:path'
import fc from 'fast-check'
import { openDatabase } from '../../src/adapters/sqlite.ts'
import { routeTable } from '../../src/api/route-table.ts'
import { openApiRoute } from '../../src/api/routes/open-api-route.ts'
import { systemClock } from '../../src/base/clock.ts'
import type { Point } from '../harness.ts'
import { canaries, startApi } from './api-process.ts'
import { clearCalendar, knownIn, restoreFilm, runningBooking } from './box-state.ts'
import { openClient } from './client.ts'
import { changesBetween, fingerprint, settledFingerprint } from './fingerprint.ts'
import { openFinds, type Finds } from './finds.ts'
import type { Known } from './hints.ts'
import { faultsOf, type Secrets } from './judge-answer.ts'
import { openDescriptors, residentBytes, slopeOfSecondHalf, type Sample } from './memory-slope.ts'
import { may, principalNames, showPrincipals, type Principal } from './principals.ts'
import type { Attack } from './attack-form.ts'
import { attack, dribbled } from './raw-attacks.ts'
import { talk, talkUncut } from './raw-socket.ts'
import { requestsFor, type Made } from './requests.ts'
import { send, type Sending } from './send.ts'

export type FuzzOrder = {
  readonly home: string
  /** A recording whose film is whole. */
  readonly film: string
  readonly requests: number
  readonly seed: number
  readonly random: () => number
  readonly folder: string
  /** Also those that take longer than headers may. */
  readonly withSlow: boolean
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

const connections = 48
const roundRequests = 2_000
const sampleMs = 250

/** Of a round: asked by who may not, and sent as bytes. */
const shares = { forbidden: 0.2, raw: 0.15 } as const
const rawCount = (size: number): number => Math.max(1, Math.round(size * shares.raw))

/** A leak of one small object a request would be a hundred bytes or more; the noise of the collector over 50,000 requests is about 10 MB, 200 bytes a request. */
const mostSlopeBytes = 256

const routes = [...routeTable, openApiRoute(() => '')]

export async function* fuzzHome(order: FuzzOrder): AsyncGenerator<Point> {
  const { home, requests, random, say } = order
  using db = openDatabase(path.join(home, 'ezrec.sqlite'))
  await showPrincipals(db, { recordingId: order.film, bookingId: runningBooking(db, order.film) }) // a box with accounts shows no claim code
  await using api = await startApi(order)
  const signal = AbortSignal.any([order.signal, api.died])
  using client = openClient(api.port, connections)
  const finds = openFinds(
    path.join(order.folder, 'finds.ndjson'),
    routes.map(({ method, path: where }) => `${method} ${where}`),
  )
  const samples: Sample[] = []
  let known: Known = { ...knownIn(db, order.film), tokens: [] }
  const arbitraries = routes.map((route) => ({ route, made: requestsFor(route, () => known, systemClock.nowMs()) }))
  const sampler = setInterval(() => {
    if (!signal.aborted) samples.push({ requests: finds.requests, bytes: residentBytes(api.pid) })
  }, sampleMs)
  const sending: Sending = { client, finds, onCleanup: (token) => (known = { ...known, cleanups: [token, ...known.cleanups].slice(0, 8) }) }
  const slow = order.withSlow ? dribbleAll(api.port, finds) : Promise.resolve()
  const descriptors = openDescriptors(api.pid)
  const changed = new Map<string, number>()
  let [forbidden, raw, secrets] = [0, 0, { texts: canaries as readonly string[], paths: pathsOf(home) }]
  const startedMs = performance.now()
  try {
    for (let round = 0; finds.requests < requests && !signal.aborted; round += 1) {
      const size = Math.min(roundRequests, requests - finds.requests)
      restoreFilm(db, order.film)
      clearCalendar(db)
      const bookingId = runningBooking(db, order.film)
      const shown = await showPrincipals(db, { recordingId: order.film, bookingId })
      known = { ...knownIn(db, order.film), tokens: shown.tokens, cleanups: known.cleanups }
      secrets = { ...secrets, texts: [...canaries, ...secrets.texts.slice(canaries.length).slice(-200), ...shown.secrets] }
      const drawn = (count: number, only: (route: (typeof routes)[number]) => boolean): Made[] => {
        const chosen = arbitraries.filter(({ route }) => only(route))
        const each = Math.max(1, Math.ceil(count / chosen.length))
        const all = chosen.flatMap(({ made }, n) => fc.sample(made, { numRuns: each, seed: order.seed * 1_000_003 + round * 997 + n }))
        return shuffled(all, random).slice(0, count)
      }
      const ask = (made: readonly Made[], whoOf: (each: Made) => readonly Principal[]): Promise<void> =>
        inParallel(made, connections, signal, (each) => {
          const who = whoOf(each)
          const principal = who[Math.floor(random() * who.length)]
          return principal ? send(each, principal, random, secrets, sending) : Promise.resolve()
        })

      const before = await settledFingerprint(home, signal)
      const notAllowed = drawn(Math.round(size * shares.forbidden), ({ needs }) => needs !== 'open').filter(({ isCertain }) => isCertain)
      forbidden += notAllowed.length
      await ask(notAllowed, ({ route }) => shown.principals.filter((each) => !may(each, route)))
      if (!signal.aborted) for (const name of changesBetween(before, fingerprint(home))) changed.set(name, (changed.get(name) ?? 0) + 1)
      await ask(
        drawn(size - Math.round(size * shares.forbidden) - rawCount(size), () => true),
        ({ route }) => shown.principals.filter((each) => may(each, route)),
      )
      const operator = shown.principals.find(({ name }) => name === 'operator')?.ways[0]?.['authorization']?.slice(7) ?? ''
      const attacks = Array.from({ length: rawCount(size) }, (_, n) => attack(raw + n, random, operator))
      raw += attacks.length
      await inParallel(attacks, connections, signal, (each) => strike(api.port, each, secrets, finds))
      if (round % 5 === 4)
        say(
          `${finds.requests} of ${requests} requests, ${finds.list().length} kinds of faults, ${Math.round(residentBytes(api.pid) / 1e6)} MB`,
        )
    }
    await slow
  } finally {
    clearInterval(sampler)
  }
  const seconds = Math.round((performance.now() - startedMs) / 100) / 10
  const answered = await finds.close()
  yield {
    name: `${answered.requests} requests by ${principalNames.length} principals to ${routes.length} routes`,
    faults: finds.list(),
    figures: { seconds, ...answered },
  }
  yield {
    name: 'who may not changes nothing',
    faults: [...changed].map(([name, rounds]) => `${name} changed in ${rounds} rounds of refused requests`),
    figures: { requests: forbidden },
  }
  client[Symbol.dispose]()
  yield await judgeProcess(api, descriptors, secrets.texts)
  yield judgeMemory(samples, requests)
}

async function judgeProcess(api: Awaited<ReturnType<typeof startApi>>, before: number, secrets: readonly string[]): Promise<Point> {
  const isDead = api.died.aborted
  let left = 0
  for (let waitedMs = 0; waitedMs < 15_000 && !isDead; waitedMs += 250) {
    left = openDescriptors(api.pid) - before
    if (left <= 2) break // a file of the log, a database in its second thread
    await systemClock.sleep(250)
  }
  const { errors, text } = await api.readLog()
  const told = secrets.filter((secret) => text.includes(secret)).length
  return {
    name: 'the process',
    faults: [
      ...(isDead ? ['it ended by itself'] : []),
      ...(left > 2 ? [`${left} descriptors more than before are open`] : []),
      ...api.outcries.slice(0, 5).map((line) => `it cried out: ${line.slice(0, 300)}`),
      ...errors.slice(0, 5).map((line) => `its log has an error: ${line.slice(0, 600)}`),
      ...(told > 0 ? [`its log has ${told} secrets`] : []),
    ],
    figures: { descriptorsLeft: left, errorsLogged: errors.length, logBytes: text.length },
  }
}

function judgeMemory(samples: readonly Sample[], requests: number): Point {
  const slope = slopeOfSecondHalf(samples)
  const isLong = requests >= 20_000 // before that the heap still finds its size
  return {
    name: 'memory over the second half',
    faults:
      isLong && !(slope <= mostSlopeBytes) ? [`it grows by ${Math.round(slope)} bytes a request, at most ${mostSlopeBytes} may be`] : [],
    figures: {
      bytesARequest: Math.round(slope),
      megabytes: samples.filter((_, n) => n % Math.ceil(samples.length / 20) === 0).map(({ bytes }) => Math.round(bytes / 1e6)),
      isJudged: isLong,
    },
  }
}

async function strike(port: number, { name, most, statuses, ...wanted }: Attack, secrets: Secrets, finds: Finds): Promise<void> {
  const { answers, rest } = await talk(port, wanted)
  finds.count(
    'raw',
    answers.map(({ status }) => status),
  )
  const sent = Buffer.concat(wanted.steps.filter((step) => typeof step !== 'number')).toString('latin1')
  const report = (fault: string): void =>
    finds.add(`raw: ${name}`, fault, {
      sent: sent.slice(0, 2_000),
      answers: answers.map(({ status, text }) => `${status} ${text.slice(0, 200)}`),
      rest,
    })
  if (answers.length < wanted.least) report(`${answers.length} answers instead of ${wanted.least}`)
  if (answers.length > most) report(`${answers.length} answers, at most ${most} may be`)
  // One who asked with HEAD for what is no request gets words all the same: nobody read what was asked.
  const { status, headers } = answers.at(-1) ?? {}
  const isLastWord = status === 400 && headers?.['connection'] === 'close' && wanted.heads?.length === 1
  if (rest !== '' && answers.length > 0 && !isLastWord) report('bytes behind the last answer')
  for (const [n, received] of answers.entries()) {
    if (statuses && !statuses.includes(received.status)) report(`${received.status} is not among ${statuses.join(', ')}`)
    for (const fault of faultsOf(received, { isHead: wanted.heads?.includes(n) === true, sent }, secrets)) report(fault)
  }
}

/** Half a page of headers, a byte at a time: each is ended in its time, and holds nobody else up. */
async function dribbleAll(port: number, finds: Finds): Promise<void> {
  const all = await Promise.all(Array.from({ length: 8 }, () => talkUncut(port, { ...dribbled(100, 25_000), patienceMs: 40_000 })))
  for (const { answers, isClosed } of all)
    if (!isClosed || answers.length !== 1 || answers[0]?.status !== 408)
      finds.add('raw: dribbled', `${isClosed ? 'ended' : 'not ended'}, answered ${answers.map(({ status }) => status).join(', ')}`, {})
}

async function inParallel<T>(items: readonly T[], most: number, signal: AbortSignal, work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values()
  await Promise.all(
    Array.from({ length: most }, async () => {
      for (const item of left) {
        if (signal.aborted) return
        await work(item)
      }
    }),
  )
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

const pathsOf = (home: string): string[] => [home, path.join(import.meta.dirname, '..', '..')]
