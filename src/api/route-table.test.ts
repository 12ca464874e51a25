import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routeTable } from './route-table.ts'

/** What may be sent twice without a key, and why. */
const repeatable: Readonly<Record<string, string>> = {
  '/bookings/{id}/stop': 'what is stopped has ended: the second time is a conflict',
  '/claim': 'the claim code works once',
  '/court/enter': 'lets in; its cookie is a secret of its own, and one more lets nobody else in',
  '/court/phone-clip': 'the same part in the same shape is the clip that is there',
  '/court/stop': 'what is stopped has ended',
  '/delete-user-data': 'what is erased is gone: there is nothing of that user any more',
  '/login': 'one more session',
  '/logout': 'what is over is over',
  '/media/notify': 'looks whether an asset stands, changes nothing',
  '/s/{token}/unlock': 'lets in; who has no cookie yet is nobody that a key could belong to',
  '/share/{token}/download': 'looks at a count, changes nothing',
  '/share/{token}/revoke': 'what is revoked stays so',
  '/shares/import': 'a link that is known is told so',
  '/system': 'looks whether assets stand, changes nothing',
  '/system/cleanup': 'its token is good for what was shown, and once',
  '/system/restart': 'the same services run afterwards; refused while a booking runs',
  '/videos/{id}/rendition': 'asked for is asked for',
}

test('every POST that does something more when it is sent again heeds an Idempotency-Key, and knows whose it is', () => {
  const posts = routeTable.filter(({ method }) => method === 'post')
  assert.deepEqual(
    posts
      .filter(({ makes }) => makes === undefined)
      .map(({ path }) => path)
      .toSorted(),
    Object.keys(repeatable).toSorted(),
  )
  assert.deepEqual(
    posts.filter(({ makes, needs, asker }) => makes !== undefined && (needs === 'open') !== (asker !== undefined)).map(({ path }) => path),
    [],
  )
})
