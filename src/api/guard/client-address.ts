// Who is asking: the socket's word, or that of a proxy which the settings trust. No other header counts.
// Pure, but for the machine's own addresses.

import { BlockList, isIP } from 'node:net'
import { networkInterfaces } from 'node:os'

export type Client = { readonly address: string; readonly secure: boolean }

export type ClientReader = (socketAddress: string, headers: Headers) => Client

/** `proxies` are addresses and networks (`10.0.0.0/8`); a forwarded address is believed as far as trusted proxies reach, from the right. */
export function clientReader(proxies: readonly string[]): ClientReader {
  const trusted = new BlockList()
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) trusted.addAddress(address, family)
    else trusted.addSubnet(address, Number(bits), family)
  }
  const isTrusted = (address: string): boolean => isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  return (socketAddress, headers) => {
    let address = plainAddress(socketAddress)
    if (!isTrusted(address)) return { address, secure: false }
    const forwarded = (headers.get('x-forwarded-for') ?? '')
      .split(',')
      .slice(-20)
      .map((hop) => plainAddress(hop.trim()))
    while (isTrusted(address)) {
      const next = forwarded.pop()
      if (next === undefined || isIP(next) === 0) break
      address = next
    }
    return { address, secure: headers.get('x-forwarded-proto')?.split(',').at(-1)?.trim() === 'https' }
  }
}

/** An IPv4 address that came in IPv6 clothes is itself again; a zone is dropped. */
export const plainAddress = (text: string): string => text.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')

/** Whom an address counts as: itself, or its IPv6 /64, for one household has many addresses and one such network. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter(Boolean))
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0')
  return [...head, ...zeros, ...tail].slice(0, 4).join(':')
}

/** Whether an address is this machine's own: such a client is no stranger from the network. It has no other privilege. */
export function isOwnAddress(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || ownAddresses().includes(address)
}

/** All addresses of this machine. */
export const ownAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((found) => (found ?? []).map(({ address }) => plainAddress(address)))
