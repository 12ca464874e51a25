import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emailAddress } from './booking-mail.ts'

test('one plain address is taken, and nothing that could be two, a header or a command', () => {
  for (const good of ['a@b', 'kim.lee+court@example.org', "o'neil@sub.example.co.uk", `${'x'.repeat(64)}@example.org`])
    assert.ok(emailAddress.safeParse(good).success, good)
  for (const bad of [
    ...[
      '',
      'a',
      '@b',
      'a@',
      'a b@c',
      'a@b c',
      'a@b,c@d',
      'a@b;c@d',
      '<a@b>',
      '"a"@b',
      'a@b\r\nBcc: c@d',
      'a@b\n',
      'a\0@b',
      'a@-b',
      'a@b.',
      'a@[127.0.0.1]',
    ],
    ...['Kim <a@b>', 'é@b', `${'x'.repeat(65)}@b`, `a@${'b'.repeat(300)}`],
  ])
    assert.equal(emailAddress.safeParse(bad).success, false, JSON.stringify(bad))
})
