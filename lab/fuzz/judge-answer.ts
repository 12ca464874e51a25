// What every answer of the API must be, whoever asked for whatever. Pure: from what was sent and what came back.
// Never knows why an answer is wrong: it names the rule that is broken.

import { z } from 'zod'
import { failureSchema, successOf } from '../../src/api/answer/envelope.ts'
import { statusOf } from '../../src/api/answer/problem.ts'
import { problemsOf, successesOf } from '../../src/api/open-api.ts'
import { isPage, type Route } from '../../src/api/routing/route.ts'

export type Received = { readonly status: number; readonly headers: Readonly<Record<string, unknown>>; readonly text: string }

export type Expected = {
  /** The route that must have answered; undefined where the request may have been any other or none. */
  readonly route?: Route
  readonly isHead: boolean
  /** The rights of the asker do not suffice. */
  readonly mustRefuse?: 'stranger' | 'lesser-role'
  /** All that was sent, as one text: what it holds may come back. */
  readonly sent: string
}

export type Secrets = {
  readonly texts: readonly string[]
  /** Of this machine: no answer names one. */
  readonly paths: readonly string[]
}

/** The rules that an answer breaks; empty for a good one. */
export function faultsOf(received: Received, expected: Expected, secrets: Secrets): string[] {
  const { status, headers, text } = received
  return [
    ...(status >= 500 && !isForecast(received, expected) ? [`${status}: a fault of the box`] : []),
    ...(headers['x-evil'] === undefined ? [] : ['a header came in by what was sent']),
    ...(headers['x-content-type-options'] === 'nosniff' ? [] : ['the headers of every answer are missing']),
    ...leaksIn(`${JSON.stringify(headers)}\n${text}`, expected.sent, tellsLogs(expected) ? { ...secrets, paths: [] } : secrets),
    ...statusFaults(status, expected),
    ...formFaults(received, expected),
  ]
}

/** What the services logged is for operators: it may name the file that a fault is about. */
const tellsLogs = ({ route }: Expected): boolean => route?.path.startsWith('/system/logs') === true

/** Refused for want of room, by the forecast, where the route says that it may. HEAD is answered without words: what the box logs tells whether it was more. */
export function isForecast({ status, text }: Received, { route, isHead }: Pick<Expected, 'route' | 'isHead'>): boolean {
  return status === 507 && route !== undefined && problemsOf(route).includes('disk_full') && (isHead || text.includes('"reservedBytes"'))
}

const stack = /\n\s+at \S+|\bat \S+ \(.+:\d+:\d+\)|node:internal|\.[cm]?[jt]s:\d+|node_modules/

function leaksIn(told: string, sent: string, { texts, paths }: Secrets): string[] {
  return [
    ...(stack.test(told) && !stack.test(sent) ? ['a stack'] : []),
    ...paths.filter((path) => told.includes(path) && !sent.includes(path)).map(() => 'a path of this machine'),
    ...texts.filter((secret) => told.includes(secret) && !sent.includes(secret)).map(() => 'a secret'),
  ].map((what) => `it tells ${what}`)
}

function statusFaults(status: number, { route, mustRefuse }: Expected): string[] {
  if (!route) return []
  const wanted = { stranger: 401, 'lesser-role': 403 }
  if (mustRefuse)
    return status === wanted[mustRefuse] || status === 421 ? [] : [`${status} for who may not: it must be ${wanted[mustRefuse]}`]
  const declared = new Set([...successesOf(route.success), ...problemsOf(route).map((code) => statusOf[code])])
  return declared.has(status)
    ? []
    : [`${status} is not among what the route declares (${[...declared].toSorted((a, b) => a - b).join(', ')})`]
}

/** Of share links: their pages are for people, also when they open nothing. */
const isLinkPage = ({ path }: Route): boolean => path === '/s/{token}'

function formFaults({ status, headers, text }: Received, { route, isHead }: Expected): string[] {
  if (isHead || status === 304 || status === 204) return text === '' ? [] : ['it has a body']
  const given = headers['content-type']
  const type = typeof given === 'string' ? (given.split(';')[0] ?? '') : ''
  if (status >= 400) {
    if (type === 'text/html' && (!route || isLinkPage(route)) && (status === 404 || status === 401)) return []
    if (type === 'text/html' && route && isPage(route) && status === 429) return []
    return type === 'application/json' && failureSchema.safeParse(parsed(text)).success
      ? []
      : [`a refusal (${status}, ${type}) outside the envelope`]
  }
  if (!route) return type === 'application/json' || text !== '' || status === 308 ? [] : ['it is empty']
  const { success } = route
  if (!('data' in success)) return success.media.split(', ').includes(type) ? [] : [`its type is ${type}, not ${success.media}`]
  const judged = successOf(success.data).safeParse(parsed(text))
  return judged.success ? [] : [`it is not what its schema says: ${z.prettifyError(judged.error).slice(0, 200)}`]
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // no JSON: no schema takes it
  }
}
