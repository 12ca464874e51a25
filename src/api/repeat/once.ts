// A request that makes something, done once however often it is sent: by its Idempotency-Key, for a day.
// A refusal is not kept: the same key may try again. Two at the same moment are one and a conflict; so is one that a crash left in the middle.

import { EzrecError } from '../../base/errors.ts'
import type { Route } from '../routing/route.ts'
import type { Door } from '../routing/door.ts'
import { findAnswered, forgetAsked, noteAnswered, noteBegun, type AskedOnce } from './answered-store.ts'

export type Once = {
  readonly asker: string | undefined
  readonly key: string | null
  /** With its query. */
  readonly path: string
  readonly body: unknown
}

const keyForm = /^[\x21-\x7e]{1,255}$/

/** The answer of `answer`, or the one that the same key got before. Errors: invalid (another request, or no key), conflict (just being done, or not kept). */
export async function once(door: Door, route: Route, { asker, key, path, body }: Once, answer: () => Promise<Response>): Promise<Response> {
  if (key === null || asker === undefined || route.makes === undefined) return answer()
  if (!keyForm.test(key))
    throw new EzrecError('invalid', 'this is no Idempotency-Key', { hint: 'send 1 to 255 printable ASCII characters, such as a UUID' })
  const { db, clock, underWay } = door
  const asked: AskedOnce = { asker, key, request: `${route.method} ${path}\n${JSON.stringify(body, withoutSecrets) ?? ''}` }
  const name = `${asker} ${key}`
  if (underWay.has(name))
    throw new EzrecError('conflict', 'a request with this Idempotency-Key is just being done', { hint: 'ask again in a moment' })
  const before = findAnswered(db, asked, clock.nowMs())
  if (before) return again(before)
  underWay.add(name)
  try {
    noteBegun(db, asked, clock.nowMs()) // a box that cannot note it does nothing
    const response = await answer().catch((error: unknown) => {
      note(door, () => {
        if (isRefusal(error)) forgetAsked(db, asked)
      })
      throw error
    })
    const told = route.makes === 'secret' ? null : await response.clone().text()
    note(door, () => {
      // In part is not done: what was refused may be tried again.
      if (response.status === 200 || response.status === 201) noteAnswered(db, asked, { status: response.status, answer: told })
      else forgetAsked(db, asked)
    })
    return response
  } finally {
    underWay.delete(name)
  }
}

/** Nothing of them is written down, not even a hash: a password is guessed from that. */
const withoutSecrets = (name: string, value: unknown): unknown => (name === 'password' ? undefined : value)

/** It says that nothing was done; of any other fault nobody knows. */
const isRefusal = (error: unknown): boolean => error instanceof EzrecError && error.code !== 'internal'

/** What was done is done: that it could not be noted must not make a failure of it. */
function note({ logger }: Door, act: () => void): void {
  try {
    act()
  } catch (err) {
    logger.error({ err }, 'an answer could not be kept for its Idempotency-Key')
  }
}

function again({ isSameRequest, status, answer }: NonNullable<ReturnType<typeof findAnswered>>): Response {
  if (!isSameRequest)
    throw new EzrecError('invalid', 'this Idempotency-Key was used for another request', { hint: 'use a new key for each thing' })
  if (status === null)
    throw new EzrecError('conflict', 'this was begun before, and perhaps done: the box was stopped in the middle of it', {
      hint: 'list what there is, then use a new key',
    })
  if (answer === null)
    throw new EzrecError('conflict', 'this was done before; what it told is kept nowhere', { hint: 'list what there is, or use a new key' })
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', 'idempotency-replayed': 'true' }
  return new Response(answer, { status, headers })
}
