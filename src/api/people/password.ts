// Passwords as argon2id: slow on purpose, and never more than two at once, so that signing in cannot starve a recording.
// Never keeps a password and never says how long the right one is.

import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { EzrecError } from '../../base/errors.ts'

export const shortestPassword = 10
const longestPassword = 256

/** OWASP Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane. */
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const

/** PHC string. Errors: invalid (too short or too long), rate_limited. */
export async function hashPassword(password: string, shortest = shortestPassword): Promise<string> {
  if (Array.from(password).length < shortest || password.length > longestPassword)
    throw new EzrecError('invalid', `a password has ${shortest} to ${longestPassword} characters`, {
      hint: 'three or four words in a row are easy to keep in mind',
    })
  const salt = randomBytes(16)
  const tag = await derive(password, salt)
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${base64(salt)}$${base64(tag)}`
}

/** Whether a password is the one of a PHC string; against `undefined` (no such person) it takes as long, and is false. Errors: rate_limited. */
export async function isPassword(password: string, phc: string | undefined): Promise<boolean> {
  const found = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$([\w+/]{22})\$([\w+/]{43})$/.exec(phc ?? nobody)
  if (!found || password.length > longestPassword) return false
  const [, salt = '', expected = ''] = found
  const tag = await derive(password, Buffer.from(salt, 'base64'))
  return timingSafeEqual(tag, Buffer.from(expected, 'base64')) && phc !== undefined
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

const nobody = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${base64(Buffer.alloc(16))}$${base64(Buffer.alloc(32))}`

const atOnce = 2
const mostWaiting = 16
const waiting: (() => void)[] = []
let working = 0

async function derive(password: string, nonce: Buffer): Promise<Buffer> {
  if (working >= atOnce) {
    if (waiting.length >= mostWaiting)
      throw new EzrecError('rate_limited', 'too many people sign in at once', {
        hint: 'try again in a few seconds',
        facts: { retryAfterSeconds: 5 },
      })
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else working += 1
  try {
    return await new Promise((resolve, reject) =>
      argon2('argon2id', { message: password.normalize('NFC'), nonce, ...cost }, (error, tag) => (error ? reject(error) : resolve(tag))),
    )
  } finally {
    const next = waiting.shift()
    if (next) next()
    else working -= 1
  }
}
