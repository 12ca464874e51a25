import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EzrecError } from '../../base/errors.ts'
import { hashPassword, isPassword } from './password.ts'

test('a password is known again by its hash, which never repeats and never holds it', async () => {
  const [one, two] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')])
  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  assert.notEqual(one, two)
  assert.equal(await isPassword('correct horse', one), true)
  assert.equal(await isPassword('correct horse ', one), false)
})

test('the same letters typed in another composition are the same password', async () => {
  assert.equal(await isPassword('café au lait', await hashPassword('cafe\u0301 au lait')), true)
})

test('nobody has a password, and a hash of another kind fits none', async () => {
  assert.equal(await isPassword('correct horse', undefined), false)
  for (const phc of [
    '',
    'plain',
    '$argon2i$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AA',
    '$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AA',
  ])
    assert.equal(await isPassword('correct horse', phc), false, phc)
})

test('too short and too long ones are refused before any work', async () => {
  for (const password of ['', 'nine char', 'x'.repeat(257)])
    await assert.rejects(
      hashPassword(password),
      (error) => error instanceof EzrecError && error.code === 'invalid' && !error.message.includes('nine char'),
    )
})

test('a crowd waits in a short line, and the rest is sent away at once', async () => {
  const crowd = await Promise.allSettled(Array.from({ length: 30 }, () => hashPassword('correct horse')))
  const refused = crowd.filter((one) => one.status === 'rejected')
  assert.equal(refused.length, 12, 'two at work, sixteen in line')
  assert.ok(refused.every(({ reason }) => reason instanceof EzrecError && reason.code === 'rate_limited'))
  await hashPassword('correct horse') // and the line is open again
})
