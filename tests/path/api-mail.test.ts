import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { openMailer, type Mailer } from '../../src/adapters/smtp.ts'
import { createInterface } from 'node:readline'
import { startChild } from '../../src/base/process.ts'
import { noteBookingMail } from '../../src/booking/booking-mail.ts'
import type { BoxClock } from '../../src/capture/box-time-file.ts'
import { keepMails } from '../../src/share/keep-mails.ts'
import { until } from '../until.ts'
import { dataOf, makeTestFilm, openApiBox, type ApiBox } from './api-box.ts'

const cannotServe = existsSync('/usr/lib/python3/dist-packages/aiosmtpd/smtp.py')
  ? false
  : 'there is no SMTP server: install the Debian package python3-aiosmtpd'

const taken = z.object({ from: z.string(), to: z.array(z.string()), text: z.string() })

type Server = AsyncDisposable & { readonly port: number; readonly inbox: () => z.infer<typeof taken>[] }

async function startServer(): Promise<Server> {
  const program = path.join(import.meta.dirname, '..', 'programs', 'smtp-server.py')
  const child = await startChild('/usr/bin/python3', ['-B', program], { stdin: 'pipe', stdout: 'pipe' })
  const lines: unknown[] = []
  const port = await new Promise<number>((resolve, reject) => {
    if (child.stdout === null) throw new Error('it has no output')
    createInterface({ input: child.stdout }).on('line', (line) => {
      const told: unknown = JSON.parse(line)
      const first = z.object({ port: z.int() }).safeParse(told)
      if (first.success) resolve(first.data.port)
      else lines.push(told)
    })
    void child.exited.then(() => reject(new Error(child.stderrTail())))
  })
  return { port, inbox: () => lines.map((line) => taken.parse(line)), [Symbol.asyncDispose]: async () => void (await child.stop()) }
}

/** Quoted-printable as it is read. */
const readable = (text: string): string =>
  text.replaceAll(/=\r?\n/g, '').replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

const mailPlace = ({ app, base }: ApiBox) => ({
  ...{
    db: app.db,
    logger: app.logger,
    clock: app.clock,
    baseUrl: () => Promise.resolve(base),
    secret: () => Promise.resolve(Buffer.alloc(32, 1)),
  },
  ...{ days: 7, venue: { timeZone: 'Europe/Berlin', courtName: 'Court 3' }, from: 'court@example.org' },
})

/** Looks `rounds` times for news, `aheadMs` from now. */
async function tell(box: ApiBox, mailer: Mailer, { aheadMs = 0, rounds = 2 } = {}): Promise<void> {
  const { app } = box
  const end = new AbortController()
  let left = rounds
  const clock: BoxClock = {
    ...app.clock,
    nowMs: () => app.clock.nowMs() + aheadMs,
    sleep: async () => {
      left -= 1
      if (left <= 0) end.abort()
    },
  }
  await keepMails({ ...mailPlace(box), clock, mailer }, end.signal)
}

test(
  'a customer is told once, by a real mail server: the link, what is missing, or that there is no film',
  { skip: cannotServe },
  async () => {
    await using box = await openApiBox()
    await using server = await startServer()
    const { db, clock } = box.app
    const signIn = { user: 'court', password: 'a word of its own' }
    const mailer = openMailer({ host: '127.0.0.1', port: server.port, useTls: false, from: 'court@example.org', ...signIn })
    const moved = (bookingId: string): void => {
      for (const table of ['booking', 'recording'])
        db.run(
          `update ${table} set starts_at_ms = ?, ends_at_ms = ? where ${table === 'booking' ? 'id' : 'booking_id'} = ?`,
          clock.nowMs() - 10_000,
          clock.nowMs() - 6_000,
          bookingId,
        )
    }
    for (const [to, lost] of [
      ['whole@example.org', false],
      ['later@example.org', true],
      ['never@example.org', false],
    ] as const) {
      const { recording } = await makeTestFilm(box.app, { title: 'Final\r\nBcc: eve@example.org', lost })
      moved(recording.bookingId)
      noteBookingMail(db, recording.bookingId, to)
    }
    const order = { start_time: new Date(clock.nowMs() + 60_000).toISOString(), end_time: new Date(clock.nowMs() + 120_000).toISOString() }
    const made = await box.ask('POST', '/bookings', { key: box.keys.operator, body: { ...order, email: 'mised@example.org' } })
    const { id } = await dataOf(made, z.object({ id: z.string() }))
    for (const [email, status] of [
      ['two@example.org,words@example.org', 422],
      ['', 200],
      ['missed@example.org', 200],
    ] as const)
      assert.equal((await box.ask('PATCH', `/bookings/${id}`, { key: box.keys.operator, body: { email } })).status, status)
    for (const email of ['a@b\r\nBcc: c@d', 'a@b,c@d'])
      assert.equal((await box.ask('POST', '/bookings', { key: box.keys.operator, body: { ...order, email } })).status, 422)
    await tell(box, mailer)
    const state = (): unknown =>
      db.all('select address, state from mail order by address').map((row) => `${String(row['address'])} ${String(row['state'])}`)
    assert.deepEqual(state(), ['later@example.org waiting', 'never@example.org failed', 'whole@example.org sent'])
    await tell(box, mailer, { aheadMs: 120_000 + 16 * 60_000 })
    await tell(box, mailer, { aheadMs: 7 * 3_600_000 })
    assert.deepEqual(state(), ['later@example.org sent', 'missed@example.org sent', 'never@example.org failed', 'whole@example.org sent'])
    await until(() => server.inbox().length >= 3, 'three e-mails')
    const inbox = server.inbox()
    assert.deepEqual(
      inbox.map(({ to }) => to.join(' ')).toSorted(),
      ['later@example.org', 'missed@example.org', 'whole@example.org'],
      'each once',
    )
    const of = (who: string): string => readable(inbox.find(({ to }) => to.includes(who))?.text ?? '')
    const [whole, partial, missed] = [of('whole@example.org'), of('later@example.org'), of('missed@example.org')]
    const url = /http:\/\/127\.0\.0\.1:\d+\/s\/[\w-]{43}/.exec(whole)?.[0] ?? ''
    assert.equal((await fetch(`${url}/film`)).status, 200, 'the link works')
    assert.match(whole, /^Subject: Your film is ready: Court 3, Final Bcc: eve@example\.org\r?$/m)
    assert.equal(/^Bcc:/im.test(whole), false)
    assert.match(partial, /The left camera was out for 1 s/)
    assert.match(missed, /was not recorded/)
    assert.equal(missed.includes('/s/'), false)
    assert.match(whole, /^Content-Type: multipart\/alternative;/m)
    assert.ok(whole.includes(`<a href="${url}"`), 'as HTML too')
    for (const each of [whole, partial, missed]) assert.match(each, /^Auto-Submitted: auto-generated\r?$/m)
    assert.equal(
      db.get('select count(*) as n from share_link where revoked_at_ms is null')?.['n'],
      2,
      'a link that nobody got opens nothing',
    )
    const told = await (await box.ask('GET', `/bookings/${id}`, { key: box.keys.admin })).text()
    assert.equal(told.includes('missed@example.org'), false, 'the address is told to nobody')
    const stranger = openMailer({ host: '127.0.0.1', port: server.port, useTls: false, from: 'court@example.org' })
    await assert.rejects(stranger.send({ to: 'a@example.org', subject: 'x', text: 'x', messageId: 'x@y' }))
    const careful = openMailer({ host: '127.0.0.1', port: server.port, useTls: true, from: 'court@example.org', ...signIn })
    await assert.rejects(careful.send({ to: 'a@example.org', subject: 'x', text: 'x', messageId: 'x@y' }), { code: 'upstream_unavailable' })
    assert.equal(server.inbox().length, 3, 'nothing goes out without TLS where it is wanted')
  },
)

test('who was told that there is no film is told when there is one after all, once', { skip: cannotServe }, async () => {
  await using box = await openApiBox()
  await using server = await startServer()
  const { db, clock } = box.app
  const signIn = { user: 'court', password: 'a word of its own' }
  const mailer = openMailer({ host: '127.0.0.1', port: server.port, useTls: false, from: 'court@example.org', ...signIn })
  const { recording } = await makeTestFilm(box.app, { title: 'Final' })
  noteBookingMail(db, recording.bookingId, 'hope@example.org')
  db.run(
    `insert into mail (booking_id, kind, address, state, attempts, not_before_ms, created_at_ms, sent_at_ms) values (?, 'missed', 'hope@example.org', 'sent', 1, 1, 1, ?)`,
    ...[recording.bookingId, Math.floor(clock.nowMs()) - 1_000],
  )
  await tell(box, mailer, { rounds: 3 })
  await until(() => server.inbox().length > 0, 'an e-mail')
  assert.deepEqual(server.inbox().length, 1)
  assert.match(readable(server.inbox()[0]?.text ?? ''), /There is one after all/)
})

test('a mail server that says nothing holds up nobody who ends: the connection is cut, and the e-mail waits for the next life', async () => {
  await using box = await openApiBox()
  let [greeted, closed] = [false, false]
  const silent = createServer((socket) => {
    greeted = true
    socket.resume().on('close', () => (closed = true))
  })
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const address = silent.address()
  assert.ok(address !== null && typeof address === 'object')
  const { db, clock } = box.app
  const { recording } = await makeTestFilm(box.app, { title: 'Final' })
  for (const table of ['booking', 'recording'])
    db.run(
      `update ${table} set starts_at_ms = ?, ends_at_ms = ? where ${table === 'booking' ? 'id' : 'booking_id'} = ?`,
      ...[Math.floor(clock.nowMs()) - 10_000, Math.floor(clock.nowMs()) - 6_000, recording.bookingId],
    )
  noteBookingMail(db, recording.bookingId, 'who@example.org')
  const mailer = openMailer({ host: '127.0.0.1', port: address.port, useTls: false, from: 'court@example.org', graceMs: 20 })
  const end = new AbortController()
  const kept = keepMails({ ...mailPlace(box), mailer }, end.signal)
  await until(() => greeted, 'a connection')
  end.abort()
  await kept
  await until(() => closed, 'the end of the connection')
  assert.deepEqual({ ...db.get('select state, attempts from mail') }, { state: 'waiting', attempts: 0 })
  await new Promise((resolve) => silent.close(resolve))
})
