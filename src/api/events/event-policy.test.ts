import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mayHear } from './event-policy.ts'

test('who may read hears of bookings, recordings and films; the troubles of the box are for operators, unknown ones too', () => {
  for (const kind of ['booking.changed', 'step.done', 'video.published', 'health.changed', 'marker.set', 'clip.made'])
    for (const role of ['viewer', 'operator', 'admin'] as const) assert.ok(mayHear(role, kind), `${role} ${kind}`)
  for (const kind of ['upload.waiting', 'disk.short', 'database.restored', 'service.started', 'anything.else', 'bookings', ''])
    assert.deepEqual([mayHear('viewer', kind), mayHear('operator', kind), mayHear('admin', kind)], [false, true, true], kind)
  for (const kind of ['share.made', 'share.revoked', 'pin.made', 'bookings-file.faulty'])
    assert.deepEqual([mayHear('viewer', kind), mayHear('operator', kind)], [false, true], kind)
  for (const kind of ['key.made', 'key.revoked', 'account.made', 'account.removed', 'erasure.begun'])
    assert.deepEqual([mayHear('viewer', kind), mayHear('operator', kind), mayHear('admin', kind)], [false, false, true], kind)
})
