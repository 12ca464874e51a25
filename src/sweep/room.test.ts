import assert from 'node:assert/strict'
import { test } from 'node:test'
import { temporaryFolder, type TemporaryFolder } from '../../tests/temporary-folder.ts'
import { openDatabase, type Database } from '../adapters/sqlite.ts'
import { systemClock } from '../base/clock.ts'
import { EzrecError } from '../base/errors.ts'
import { freeBytes } from '../base/files.ts'
import { silentLogger } from '../base/logger.ts'
import { openBookingService, type BookingService } from '../booking/booking-service.ts'
import { localFolderStore } from '../publish/stores/local-folder.ts'
import { openEvictor } from './evict.ts'
import { makeRoom } from './keep-room.ts'
import { retentionRules } from './retention-policy.ts'
import { openRoom, type Room } from './room.ts'

const hour = 3_600_000
const noon = Date.UTC(2026, 4, 2, 12)

const rules = retentionRules({ tracksDays: 7, chunksDays: 3, filmsDays: 0, clipsDays: 0, logsDays: 30, publishedDays: 0 })

type Desk = {
  readonly db: Database
  readonly bookings: BookingService
  readonly room: Room
  at(ms: number): void
  readonly folder: TemporaryFolder
}

/** A box on the disk of this machine, with cameras of such a rate that `hours` of booking would fill it. */
async function withDesk(hours: number, use: (desk: Desk) => Promise<void>): Promise<void> {
  using folder = temporaryFolder()
  using db = openDatabase(':memory:')
  let nowMs = noon
  const clock = { ...systemClock, nowMs: () => nowMs, labelOf: () => undefined }
  const kbps = ((await freeBytes(folder.path)) * 8) / 1_000 / 3_600 / hours
  const rates = { cameraKbps: kbps / 4, cameras: 2, filmKbps: kbps / 4 }
  const place = { rigId: 'rig', takesFolder: folder.path, rates, margins: { leadInMs: 0, tailMs: 0 }, rules }
  const room = openRoom({ db, clock, ...place, bucket: undefined })
  const limits = { minMs: 1_000, maxMs: 12 * hour }
  const planFile = folder.file('plan.json')
  const bookings = openBookingService({ db, clock, planFile, rigId: 'rig', limits, keepInPlanMs: hour, lookForRoom: () => room.look() })
  await use({ db, bookings, room, at: (ms) => void (nowMs = ms), folder })
}

const window = (from: number, to: number, callerId?: string) => ({
  startsAtMs: noon + from * hour,
  endsAtMs: noon + to * hour,
  userId: 'u',
  ...(callerId === undefined ? {} : { callerId }),
})

const refused = (error: unknown): boolean => {
  assert.ok(error instanceof EzrecError && error.code === 'disk_full', String(error))
  assert.match(error.message, /it needs \d+\.\d GB, and \d+\.\d GB will be left for it/)
  assert.ok(error.hint !== '' && Number(error.facts['neededBytes']) > Number(error.facts['availableBytes']))
  return true
}

test('the hours that fit while nothing leaves the disk are told', () =>
  withDesk(4, async ({ room }) => {
    const hours = (await room.hoursLeft()) ?? Number.NaN
    assert.ok(hours > 3.5 && hours <= 4, `${hours}: what is free beside the reserve`)
  }))

test('a booking for which there is no room is refused with its figures, and changes nothing', () =>
  withDesk(4, async ({ db, bookings }) => {
    await bookings.create(window(1, 3))
    await assert.rejects(bookings.create(window(3, 6)), refused)
    assert.equal(Number(db.get('select count(*) as n from booking')?.['n']), 1)
    await bookings.create(window(3, 4))
  }))

test('what a running match has filmed so far will leave, and counts for the booking after it', () =>
  withDesk(4, async ({ db, bookings, at }) => {
    await bookings.create(window(0, 2))
    at(noon + hour / 10)
    // Of the four hours that there is room for the first one wants 1.9 more and gives three quarters of that back; the second one wants 3.6.
    await assert.rejects(bookings.create(window(2.5, 6.1)), refused)
    const anHour = (await freeBytes('/')) / 4
    db.run("insert into take (id, rig_id, camera, folder, boot_id, begun_at_ms) values ('t', 'rig', 'left', 'd/t-left', 'b', ?)", noon)
    db.run("insert into segment values ('t', 0, 0, 90000, 25, ?, '', null)", Math.round(anHour / 2))
    await bookings.create(window(2.5, 6.1))
  }))

test('a booking that would take the room of one behind it is refused, and names it', () =>
  withDesk(4, async ({ bookings }) => {
    const { booking } = await bookings.create(window(5, 8))
    await assert.rejects(bookings.create(window(3, 5)), (error: unknown) => {
      refused(error)
      assert.ok(error instanceof EzrecError && error.message.includes(`booking ${booking.id} behind it`), String(error))
      return true
    })
  }))

test('a request that is repeated is answered with its booking, however little room is left by then', () =>
  withDesk(4, async ({ bookings }) => {
    const { booking } = await bookings.create(window(1, 4, 'mine'))
    assert.equal((await bookings.create(window(1, 4, 'mine'))).booking.id, booking.id)
  }))

test('what is more than a day away is accepted, and judged when its day comes', () =>
  withDesk(1, async ({ bookings, room, at }) => {
    const { booking } = await bookings.create(window(30, 40))
    assert.deepEqual(await room.shortages(900_000), [])
    at(noon + 30 * hour - 600_000)
    assert.deepEqual(
      (await room.shortages(900_000)).map(({ bookingId }) => bookingId),
      [booking.id],
    )
  }))

test('an extension for which there is no room is refused; a shortening never is', () =>
  withDesk(4, async ({ bookings, at }) => {
    const { booking } = await bookings.create(window(0, 3))
    at(noon + hour / 2)
    await assert.rejects(bookings.moveEnd(booking.id, noon + 9 * hour), refused)
    assert.equal(bookings.get(booking.id).endsAtMs, noon + 3 * hour)
    await bookings.moveEnd(booking.id, noon + 2 * hour)
    await bookings.change(booking.id, { startsAtMs: noon, endsAtMs: noon + 2 * hour, title: 'the same' })
  }))

test('a shortage is told once as an event, and again after there was room', () =>
  withDesk(4, async ({ db, bookings, room, at, folder }) => {
    const { booking } = await bookings.create(window(30, 40))
    at(noon + 30 * hour)
    const clock = { ...systemClock, nowMs: () => noon + 30 * hour, labelOf: () => undefined }
    const logger = silentLogger()
    const evictor = openEvictor({ db, clock, logger, store: localFolderStore(folder.path), rigId: 'rig', takesFolder: folder.path })
    const told = new Set<string>()
    const look = (): Promise<void> => makeRoom({ db, clock, logger, room, evictor }, told, new AbortController().signal)
    const events = (): number => Number(db.get("select count(*) as n from event where kind = 'disk.short'")?.['n'])
    await look()
    await look()
    assert.equal(events(), 1)
    assert.equal(db.get("select subject_id as id from event where kind = 'disk.short'")?.['id'], booking.id)
    await bookings.moveEnd(booking.id, noon + 31 * hour)
    await look()
    assert.equal(told.size, 0)
    assert.equal(events(), 1)
  }))

test('a clip takes no room from a match that is on or comes soon', () =>
  withDesk(4, async ({ bookings, room }) => {
    await room.lookForClip(120)
    await bookings.create(window(0, 3.8))
    await room.lookForClip(120)
    await assert.rejects(room.lookForClip(3_600), { code: 'disk_full' })
  }))
