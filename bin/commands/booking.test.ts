import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { runChild } from '../../src/base/process.ts'
import { readCapturePlan } from '../../src/booking/capture-plan.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { repositoryFolder } from '../cli.ts'

const booked = z.looseObject({ id: z.string(), record: z.boolean() })

test('a booking added with --no-record keeps the court and is no window of the recorder; one without it is', async () => {
  using home = temporaryFolder()
  const ezrec = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await runChild(
      process.execPath,
      [path.join(repositoryFolder, 'bin', 'ezrec.ts'), '--home', home.path, 'booking', ...args],
      {
        timeoutMs: 60_000,
      },
    )
    assert.equal(code, 0, stderr)
    return stdout.toString()
  }
  const add = async (...args: string[]): Promise<z.output<typeof booked>> =>
    booked.parse(JSON.parse(await ezrec('add', '--minutes', '90', '--json', ...args)))
  const quiet = await add('--start', '2031-05-02T19:30', '--no-record')
  const filmed = await add('--start', '2031-05-02T21:00')
  assert.deepEqual([quiet.record, filmed.record], [false, true])
  const plan = await readCapturePlan(home.file('capture-plan.json'))
  assert.deepEqual(
    [plan?.unrecorded, plan?.windows].map((all) => all?.map(({ bookingId }) => bookingId)),
    [[quiet.id], [filmed.id]],
  )
  const told = (await ezrec('list')).split('\n').filter((line) => line.includes('(not recorded)'))
  assert.deepEqual(
    told.map((line) => line.split(' ')[0]),
    [quiet.id],
  )
})

test("people read a booking's times by the venue's clocks with their zone, programs in UTC", async () => {
  using home = temporaryFolder()
  const ezrec = async (...args: string[]): Promise<string> => {
    const program = path.join(repositoryFolder, 'bin', 'ezrec.ts')
    const { code, stdout, stderr } = await runChild(process.execPath, [program, '--home', home.path, 'booking', ...args], {
      timeoutMs: 60_000,
      env: { TIMEZONE_NAME: 'Europe/Berlin' },
    })
    assert.equal(code, 0, stderr)
    return stdout.toString()
  }
  const local = /^\w+ {2}2031-12-05T19:30\+01:00 {2}2031-12-05T21:00\+01:00 {2}Europe\/Berlin {2}scheduled\n$/
  assert.match(await ezrec('add', '--start', '2031-12-05T19:30', '--minutes', '90'), local)
  assert.match(await ezrec('list'), local)
  assert.match(await ezrec('list', '--json'), /"startsAt":"2031-12-05T18:30:00\.000Z"/)
})

test('an option that is no number, and an end that is "now", are told in plain words', async () => {
  using home = temporaryFolder()
  for (const [words, told] of [
    [['--minutes', 'abc'], /fault: --minutes: must be a number\n/],
    [['--end', 'now'], /fault: --end now: .*\nhint: write a time like 2026-05-02T21:00, or --minutes 90/],
  ] as const) {
    const program = path.join(repositoryFolder, 'bin', 'ezrec.ts')
    const { code, stderr } = await runChild(
      process.execPath,
      [program, '--home', home.path, 'booking', 'add', '--start', 'now', ...words],
      { timeoutMs: 60_000 },
    )
    assert.equal(code, 2)
    assert.match(stderr, told)
  }
})
