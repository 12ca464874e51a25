// A request that makes something, done once however often it is sent: by its Idempotency-Key, for a day.
// A refusal is not kept: the same key may try again. Two at the same moment are one and a conflict.

import { EzrecError } from '../../base/errors.ts'
import type { Route } from '../routing/route.ts'
import type { Door } from '../routing/door.ts'
import { findAnswered, noteAnswered, type AskedOnce } from './answered-store.ts'

export type Once = { readonly asker: string; readonly key: string | null; readonly path: string; readonly body: unknown }

const keyForm = /^[\x21-\x7e]{1,255}$/

/** The answer of `answer`, or the one that the same key got before. Errors: invalid (another request, or no key), conflict (just being done, or not kept). */
export async function once(door: Door, route: Route, { asker, key, path, body }: Once, answer: () => Promise<Response>): Promise<Response> {
  if (key === null || route.makes === undefined) return answer()
  if (!keyForm.test(key))
    throw new EzrecError('invalid', 'this is no Idempotency-Key', { hint: 'send 1 to 255 printable ASCII characters, such as a UUID' })
  const { db, clock, underWay } = door
  const asked: AskedOnce = { asker, key, request: `${route.method} ${path}\n${JSON.stringify(body) ?? ''}` }
  const before = findAnswered(db, asked, clock.nowMs())
  if (before) return again(before)
  const name = `${asker} ${key}`
  if (underWay.has(name))
    throw new EzrecError('conflict', 'a request with this Idempotency-Key is just being done', { hint: 'ask again in a moment' })
  underWay.add(name)
  try {
    const response = await answer()
    if (response.ok) {
      const told = { status: response.status, answer: await response.clone().text(), isSecret: route.makes === 'secret' }
      note(door, asked, told)
    }
    return response
  } finally {
    underWay.delete(name)
  }
}

/** What was done is done: that it could not be noted must not make a failure of it. */
function note({ db, clock, logger }: Door, asked: AskedOnce, told: Parameters<typeof noteAnswered>[2]): void {
  try {
    noteAnswered(db, asked, told, clock.nowMs())
  } catch (err) {
    logger.error({ err }, 'an answer could not be kept for its Idempotency-Key')
  }
}

function again({ isSameRequest, status, answer }: NonNullable<ReturnType<typeof findAnswered>>): Response {
  if (!isSameRequest)
    throw new EzrecError('invalid', 'this Idempotency-Key was used for another request', { hint: 'use a new key for each thing' })
  if (answer === null)
    throw new EzrecError('conflict', 'this was done before; what it told is kept nowhere', { hint: 'list what there is, or use a new key' })
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', 'idempotency-replayed': 'true' }
  return new Response(answer, { status, headers })
}
