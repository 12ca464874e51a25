import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { z } from 'zod'
import { logEntry } from '../../src/system/service-logs.ts'
import { dataOf, faultOf, openApiBox, type ApiBox } from './api-box.ts'

suite('the box looked after over HTTP', () => {
  let box: ApiBox
  const pathBefore = process.env['PATH']
  before(async () => {
    box = await openApiBox()
    const line = (level: string, msg: string, time: string): string =>
      `${JSON.stringify({ level, time, service: 'x', msg, booking: 'b1' })}\n`
    const logs = box.app.settings.paths.logs
    mkdirSync(logs, { recursive: true })
    const cut = '{"level":"ERROR","time":"2026-05-02T12:00'
    writeFileSync(path.join(logs, 'dual_recorder.log.1'), line('INFO', 'older', '2026-05-02T10:00:00.000Z'))
    writeFileSync(
      path.join(logs, 'dual_recorder.log'),
      line('ERROR', 'a fault ezk_abcdefgh_secretsecret', '2026-05-02T11:00:00.000Z').replace(
        '"booking"',
        '"err":{"message":"m","stack":"at x"},"booking"',
      ) + cut,
    )
    writeFileSync(
      path.join(logs, 'video_worker.log'),
      `no json\n${line('INFO', 'between', '2026-05-02T10:30:00.000Z')}${line('DEBUG', 'small', '2026-05-02T10:31:00.000Z')}`,
    )
  })
  after(async () => {
    process.env['PATH'] = pathBefore
    await box[Symbol.asyncDispose]()
  })
  const ask = (method: string, where: string, body?: unknown, key = box.keys.admin): Promise<Response> =>
    box.ask(method, where, { key, body })
  const messages = async (query: string): Promise<string[]> =>
    (await dataOf(await ask('GET', `/system/logs?${query}`), z.array(logEntry))).map(({ message }) => message)

  test('logs of all units are one list in order, by level, unit, time and number, without secrets', async () => {
    const until = (all: string[]): string[] => all.slice(0, 3)
    assert.deepEqual(until(await messages('')), ['older', 'between', 'a fault [redacted]'])
    const [fault] = await dataOf(await ask('GET', '/system/logs?level=ERROR&unit=dual_recorder'), z.array(logEntry))
    assert.deepEqual(fault?.facts, { err: { message: 'm' }, booking: 'b1' }, 'its stack stands in the file alone')
    assert.deepEqual(until(await messages('unit=video_worker&level=debug')), ['between', 'small'])
    assert.deepEqual(await messages('unit=dual_recorder&level=warn'), ['a fault [redacted]'])
    assert.deepEqual(await messages('unit=dual_recorder&since=2026-05-02T10:30:00Z'), ['a fault [redacted]'])
    assert.deepEqual(await messages('unit=dual_recorder&limit=1'), ['a fault [redacted]'])
    for (const unit of ['..', '../ezrec.sqlite', 'dual_recorder.log.1', '/etc/passwd', ''])
      assert.equal((await ask('GET', `/system/logs?unit=${encodeURIComponent(unit)}`)).status, 422, unit)
  })

  test('logs are followed as events or lines, also past a rotation, by four at once', async () => {
    const file = path.join(box.app.settings.paths.logs, 'video_worker.log')
    const follow = (accept: string): Promise<Response> =>
      box.ask('GET', '/system/logs/follow?unit=video_worker', { key: box.keys.operator, headers: { accept } })
    const [events, lines] = [await follow('text/event-stream'), await follow('application/x-ndjson')]
    const readers = [events, lines].map((answer) => {
      const reader = (answer.body ?? assert.fail()).pipeThrough(new TextDecoderStream()).getReader()
      return { reader, text: '' }
    })
    for (const each of readers) each.text += (await each.reader.read()).value ?? ''
    writeFileSync(file, `${JSON.stringify({ level: 'INFO', time: '2026-05-02T12:00:00.000Z', msg: 'after the rotation' })}\n`)
    for (const each of readers) while (!each.text.includes('after the rotation')) each.text += (await each.reader.read()).value ?? ''
    assert.match(readers[0]?.text ?? '', /^: \n\n[^]*event: log\ndata: \{"unit":"video_worker".*\}\n\n/)
    assert.match(readers[1]?.text ?? '', /^\n[^]*\{"unit":"video_worker".*\}\n/)
    const more = [await follow('x'), await follow('x')]
    assert.equal((await follow('x')).status, 429)
    for (const each of readers) await each.reader.cancel()
    for (const answer of more) await answer.body?.cancel()
    let freed = 429
    while (freed === 429) {
      const answer = await follow('x')
      freed = answer.status
      await answer.body?.cancel()
    }
  })

  test('a clean-up is shown first, and does no more than was shown, once', async () => {
    const answered = z.object({
      token: z.string().nullable(),
      bytes: z.int(),
      items: z.array(z.object({ class: z.string(), name: z.string(), bytes: z.int(), ageSeconds: z.int(), reason: z.string() })),
    })
    const listed = await dataOf(await ask('GET', '/system/cleanup'), answered)
    const shown = await dataOf(await ask('POST', '/system/cleanup'), answered)
    assert.deepEqual(
      shown.items.map(({ class: of, name, reason }) => [of, name, reason]),
      [['log', 'dual_recorder.log.1', 'somebody asked for a clean-up; a newer log took its place']],
    )
    assert.deepEqual([listed.items, listed.token], [shown.items, null], 'the same list, and nothing to do it with')
    const later = path.join(box.app.settings.paths.logs, 'video_worker.log.1')
    writeFileSync(later, 'later')
    assert.equal((await ask('POST', '/system/cleanup', { token: 'guessed' })).status, 409)
    const done = await dataOf(await ask('POST', '/system/cleanup', { token: shown.token }), answered)
    assert.equal(done.bytes, shown.bytes)
    assert.ok(readFileSync(later), 'it was not shown')
    assert.equal((await ask('POST', '/system/cleanup', { token: shown.token })).status, 409, 'once')
    const audited = box.app.db.all("select facts from audit where what = 'box.cleaned'").map((row) => row['facts'])
    assert.deepEqual(audited, ['{"things":1}'], 'that alone which was done')
    for (const method of ['GET', 'POST']) assert.equal((await ask(method, '/system/cleanup', undefined, box.keys.operator)).status, 403)
  })

  test('services are started anew by systemd alone: without units it says why not, and not while a booking runs', async () => {
    const folder = path.join(box.home, 'programs')
    mkdirSync(folder)
    const told = path.join(folder, 'told')
    const install = (state: string): void => {
      const shown = ['dual_recorder', 'video_worker', 'ezrec-api'].map((unit) => `Id=${unit}.service\nLoadState=${state}\n`).join('\n')
      writeFileSync(path.join(folder, 'systemctl'), `#!/bin/sh\necho "$*" >>'${told}'\n[ "$1" = show ] && printf '%s' '${shown}'\nexit 0\n`)
      chmodSync(path.join(folder, 'systemctl'), 0o755)
    }
    install('not-found')
    process.env['PATH'] = `${folder}:${pathBefore ?? ''}`
    const absent = await ask('POST', '/system/restart')
    assert.equal(absent.status, 409)
    assert.match((await faultOf(absent)).message, /does not know dual_recorder\.service/)
    install('loaded')
    const nowMs = Date.now()
    const { booking } = await box.app.bookings.create({ startsAtMs: nowMs - 1_000, endsAtMs: nowMs + 3_600_000, userId: 'local' })
    assert.match((await faultOf(await ask('POST', '/system/restart'))).message, new RegExp(`booking ${booking.id} is being recorded`))
    assert.equal((await ask('POST', '/system/restart', { unit: 'video_worker.service' })).status, 200)
    assert.equal((await ask('POST', '/system/restart', { force: true })).status, 200)
    const audited = box.app.db
      .all("select facts from audit where what = 'services.restarted' order by id")
      .map((row) => String(row['facts']))
    assert.match(audited.at(-1) ?? '', /"force":true/)
    assert.deepEqual(
      readFileSync(told, 'utf8')
        .trim()
        .split('\n')
        .filter((each) => each.startsWith('restart')),
      [
        'restart --no-block --no-ask-password -- video_worker.service',
        'restart --no-block --no-ask-password -- dual_recorder.service video_worker.service ezrec-api.service',
      ],
    )
    assert.equal((await ask('POST', '/system/restart', { unit: 'sshd.service; reboot' })).status, 422)
  })
})
