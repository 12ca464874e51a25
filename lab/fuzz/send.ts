// One request by one principal: sent, judged, counted.
// Never decides what is asked: requests.ts does.

import type { Client } from './client.ts'
import type { Finds } from './finds.ts'
import { faultsOf, type Secrets } from './judge-answer.ts'
import { may, type Principal } from './principals.ts'
import type { Made } from './requests.ts'

export type Sending = {
  readonly client: Client
  readonly finds: Finds
  /** A clean-up was shown: with this token it would be done. */
  readonly onCleanup: (token: string) => void
}

export async function send(
  made: Made,
  principal: Principal,
  random: () => number,
  secrets: Secrets,
  { client, finds, onCleanup }: Sending,
): Promise<void> {
  const { route, method, target, body, isCertain, leaves } = made
  const way = principal.ways[Math.floor(random() * principal.ways.length)] ?? {}
  const headers = { ...made.headers, ...way }
  const name = `${route.method} ${route.path}`
  const startedMs = performance.now()
  const outcome = await client.send({ method, target, headers, body, leaves })
  if (outcome.is === 'left') return finds.count(principal.name, [])
  const example = { principal: principal.name, method, target: target.slice(0, 2_000), headers, body: body?.slice(0, 2_000) }
  if (outcome.is === 'lost') {
    finds.count(principal.name, [])
    return finds.add(name, `no answer: ${outcome.why}`, example)
  }
  const { received } = outcome
  finds.count(principal.name, [received.status], name, performance.now() - startedMs)
  // A cookie of a session is none under TLS: who shows one there is a stranger.
  const isNobody = principal.role === undefined || ('cookie' in way && headers['x-forwarded-proto'] === 'https')
  const isRefused = route.needs !== 'open' && (isNobody || !may(principal, route))
  const expected = {
    ...(isCertain && !('host' in headers && received.status === 421) ? { route } : {}),
    isHead: method === 'HEAD',
    sent: [target, decodeURIComponent(target.replaceAll(/%(?![0-9a-f]{2})/gi, '%25')), body ?? '', JSON.stringify(headers)].join('\n'),
    ...(isRefused ? { mustRefuse: isNobody ? ('stranger' as const) : ('lesser-role' as const) } : {}),
  }
  for (const fault of faultsOf(received, expected, secrets))
    finds.add(name, fault, { ...example, answer: `${received.status} ${received.text.slice(0, 500)}` })
  const token = route.path === '/system/cleanup' && received.status === 200 ? /"token":"([\w-]+)"/.exec(received.text)?.[1] : undefined
  if (token !== undefined) onCleanup(token)
}
