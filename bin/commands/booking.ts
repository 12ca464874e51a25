// ./ezrec booking: bookings from the shell. The rules are the service's; this only reads words and shows answers.
// Never judges a time: booking and clash are decided where the rows are.

import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Command } from 'commander'
import type { App } from '../../src/app.ts'
import { EzrecError } from '../../src/base/errors.ts'
import type { Booking } from '../../src/booking/booking.ts'
import { listBookings } from '../../src/booking/booking-store.ts'
import { parseBookingsFile } from '../../src/booking/bookings-file.ts'
import { importBookings } from '../../src/booking/import-bookings.ts'
import { parseInstant, tellLocal } from '../../src/booking/local-time.ts'
import { viewBooking, type BookingView } from '../../src/capture/booking-view.ts'
import { pinVerb } from '../booking/pin.ts'
import { openBox } from '../open-box.ts'
import { readOptions } from '../options.ts'
import { withExamples, type CliContext, type Verb, type VerbGroup } from '../cli.ts'

export const command: VerbGroup = {
  name: 'booking',
  summary: 'add, list, show, extend, stop, cancel and import bookings, make their PINs',
  verbs: [
    verb(
      'add',
      'book a time',
      (it) =>
        it
          .requiredOption('--start <time>', 'first instant, or "now"')
          .option('--end <time>', 'a time such as 2026-05-02T21:00')
          .option('--minutes <n>', 'length, instead of an end')
          .option('--title <text>', 'shown to people')
          .option('--id <id>', 'your own id: the same one is booked once')
          .option('--user <id>', 'whose booking it is')
          .option('--no-record', 'keep the court, and capture nothing'),
      [
        ['./ezrec booking add --start 2026-05-02T19:30 --minutes 90', "in the venue's zone"],
        ['./ezrec booking add --start now --minutes 2 --title "Court 3"', 'from now on'],
        ['./ezrec booking add --start 2026-05-02T19:30 --minutes 90 --no-record', 'for a team that wants no film'],
      ],
      add,
    ),
    verb(
      'list',
      'what is booked, earliest first',
      (it) => it.option('--from <time>', 'only what ends after it').option('--to <time>', 'only what starts before it'),
      [['./ezrec booking list --json', 'for programs']],
      list,
    ),
    verb(
      'show',
      'one booking',
      (it) => it.argument('<id>', 'ours'),
      [['./ezrec booking show 01M81W3VCWZQNRT1AX3SDKNW18', 'all that is known of it']],
      (app, { args }) => Promise.resolve(app.bookings.get(args[0] ?? '')),
    ),
    verb(
      'extend',
      'move the end',
      (it) => it.argument('<id>', 'ours').option('--end <time>', 'the new end').option('--minutes <n>', 'later than the present end'),
      [['./ezrec booking extend ID --minutes 30', 'half an hour more']],
      extend,
    ),
    verb(
      'stop',
      'end a running booking now',
      (it) => it.argument('<id>', 'ours'),
      [['./ezrec booking stop ID', 'the film ends here']],
      (app, { args }) => app.bookings.stopNow(args[0] ?? ''),
    ),
    verb(
      'cancel',
      'cancel a booking; a running one is aborted',
      (it) => it.argument('<id>', 'ours'),
      [['./ezrec booking cancel ID', 'nothing is published']],
      (app, { args }) => app.bookings.cancel(args[0] ?? ''),
    ),
    pinVerb,
    verb(
      'import',
      "bookings from a file in either of the original's shapes",
      (it) => it.argument('<file>', 'bookings.json'),
      [['./ezrec booking import bookings.json', 'reports each entry; one that changed is an edit']],
      importFile,
    ),
  ],
}

type Answer = Booking | readonly Booking[]

function verb(
  name: string,
  summary: string,
  configure: (it: Command) => Command,
  examples: readonly (readonly [string, string])[],
  act: (app: App, context: CliContext) => Promise<Answer>,
): Verb {
  return {
    name,
    summary,
    configure: (it) => void withExamples(configure(it).option('--json', 'print one JSON document'), examples),
    run: async (context) => {
      using app = await openBox(context, { service: 'ezrec', makes: ['add', 'import'].includes(name) })
      const answer = await act(app, context)
      const views = [answer].flat().map((booking) => viewBooking(app.db, booking, app.clock))
      if (context.json) context.out(Array.isArray(answer) ? views : views[0])
      else if (views.length === 0) context.say('no bookings')
      else for (const view of views) context.print(lineOf(view, app.settings.booking.timeZone))
      return 0
    },
  }
}

/** By the venue's clocks; programs get UTC. */
function lineOf({ id, startsAt, endsAt, status, record, title }: BookingView, timeZone: string): string {
  const [from, to] = [startsAt, endsAt].map((at) => tellLocal(Date.parse(at), timeZone))
  return `${id}  ${from}  ${to}  ${timeZone}  ${status.padEnd(10)}  ${record ? '' : '(not recorded) '}${title ?? ''}`.trimEnd()
}

async function add(app: App, { options }: CliContext): Promise<Booking> {
  const given = readOptions(
    z.object({
      start: z.string(),
      end: z.string().optional(),
      minutes: minutes.optional(),
      title: z.string().max(200).optional(),
      id: z.string().max(200).optional(),
      user: z.string().max(200).optional(),
      record: z.boolean(),
    }),
    options,
  )
  const startsAtMs = given.start === 'now' ? app.clock.nowMs() : instantOf(app, given.start)
  const { booking } = await app.bookings.create({
    startsAtMs,
    endsAtMs: endOf(app, startsAtMs, given),
    userId: given.user ?? app.settings.booking.userId,
    callerId: given.id ?? null,
    title: given.title ?? null,
    record: given.record,
  })
  return booking
}

function list(app: App, { options }: CliContext): Promise<readonly Booking[]> {
  const { from, to } = readOptions(z.object({ from: z.string().optional(), to: z.string().optional() }), options)
  return Promise.resolve(
    listBookings(app.db, {
      ...(from === undefined ? {} : { fromMs: instantOf(app, from) }),
      ...(to === undefined ? {} : { toMs: instantOf(app, to) }),
    }),
  )
}

function extend(app: App, { args, options }: CliContext): Promise<Booking> {
  const current = app.bookings.get(args[0] ?? '')
  return app.bookings.moveEnd(
    current.id,
    endOf(app, current.endsAtMs, readOptions(z.object({ end: z.string().optional(), minutes: minutes.optional() }), options)),
  )
}

async function importFile(app: App, { args, say }: CliContext): Promise<readonly Booking[]> {
  const { settings } = app
  const file = parseBookingsFile(await readFile(args[0] ?? '', 'utf8'))
  const { bookings, reports } = await importBookings(file, { ...app, ...settings.booking, rigId: settings.camera.rigId })
  for (const { entry, is, message, mend } of reports) say(`entry ${entry} ${is}: ${message}${mend === undefined ? '' : ` (${mend})`}`)
  const refused = reports.filter(({ is }) => is === 'refused').length
  if (refused > 0)
    throw new EzrecError('invalid', `${refused} of ${file.length} entries were refused; ${bookings.length} stand`, {
      hint: 'mend the entries named above and import again: the others are not doubled',
    })
  return bookings
}

const minutes = z.coerce.number().positive().max(720)

function endOf(app: App, fromMs: number, { end, minutes: length }: { end?: string | undefined; minutes?: number | undefined }): number {
  if (end === 'now')
    throw new EzrecError('invalid', '--end now: a booking begins now, it does not end so', {
      hint: 'write a time like 2026-05-02T21:00, or --minutes 90; ./ezrec booking stop ID ends one that runs',
    })
  if (end !== undefined) return instantOf(app, end)
  if (length !== undefined) return fromMs + Math.round(length * 60_000)
  throw new EzrecError('invalid', 'neither --end nor --minutes was given', { hint: 'for example --minutes 90' })
}

const instantOf = (app: App, text: string): number => parseInstant(text, app.settings.booking.timeZone)
