// Which names this server answers to: a page elsewhere that points its own name at this box (DNS rebinding) gets nothing.
// Never trusts a forwarded host.

import { hostname } from 'node:os'
import { isIP } from 'node:net'
import { HttpFault } from '../answer/problem.ts'
import { ownAddresses, plainAddress } from './client-address.ts'

export type HostCheck = (hostHeader: string | undefined) => void

export type HostOptions = {
  /** What the server listens on: an address or a name. */
  readonly boundHost: string
  readonly shareBaseUrl: string | undefined
}

/** Throws `misdirected_request` (421) for any host but ours: the bound address, localhost, the machine's name, and that of SHARE_BASE_URL. */
export function hostCheck({ boundHost, shareBaseUrl }: HostOptions, addresses = ownAddresses, machine = hostname()): HostCheck {
  const names = new Set(['localhost', machine.toLowerCase(), `${machine.toLowerCase().split('.')[0]}.local`, boundHost.toLowerCase()])
  if (shareBaseUrl !== undefined) names.add(new URL(shareBaseUrl).hostname.toLowerCase())
  const isOurs = (host: string): boolean => {
    if (isIP(host) === 0) return names.has(host)
    if (names.has(host) || host === '::1' || host.startsWith('127.')) return true
    return addresses().includes(host)
  }
  return (header) => {
    const host = hostOf(header ?? '')
    if (host !== undefined && isOurs(host)) return
    throw new HttpFault(
      'misdirected_request',
      'this server does not answer to that name',
      'ask by its address, or set SHARE_BASE_URL to the name',
    )
  }
}

/** The name in a Host header, without port and brackets, in lower case. */
function hostOf(header: string): string | undefined {
  const found = /^(?:\[([0-9a-f:.%]{2,64})\]|([a-z0-9._-]{1,253}))(?::\d{1,5})?$/i.exec(header)
  const host = found?.[1] ?? found?.[2]
  return host === undefined ? undefined : plainAddress(host.toLowerCase().replace(/\.$/, ''))
}
