// Notes that somebody beyond the venue network watches live from this box, so that uploads make room for them.
// Never keeps an address, and never holds up an answer: a note that cannot be written is left.

import { BlockList, isIP } from 'node:net'
import type { Database } from '../../adapters/sqlite.ts'
import { messageOf } from '../../base/errors.ts'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { noteViewer } from '../../publish/uplink/uplink-store.ts'

export type LiveViewers = {
  /** Of whoever asked for a part of the live stream: behind a tunnel, by the word of TRUSTED_PROXIES. */
  note(address: string): void
}

const restMs = 5_000

export function openLiveViewers({
  db,
  clock,
  logger,
}: {
  readonly db: Database
  readonly clock: Clock
  readonly logger: Logger
}): LiveViewers {
  let notedMs = Number.NEGATIVE_INFINITY
  return {
    note: (address) => {
      const nowMs = clock.monotonicUs() / 1_000
      if (nowMs - notedMs < restMs || isNear(address)) return
      notedMs = nowMs
      try {
        noteViewer(db, Math.round(clock.nowMs()))
      } catch (error) {
        logger.debug({ err: error }, `a viewer could not be noted: ${messageOf(error)}`)
      }
    },
  }
}

const near = new BlockList()
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
  ['127.0.0.0', 8],
] as const)
  near.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [
  ['fc00::', 7],
  ['fe80::', 10],
  ['::1', 128],
] as const)
  near.addSubnet(network, bits, 'ipv6')

/** In the venue, where the uplink is not used. What is no address is near: nothing is slowed down for it. */
export function isNear(address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  const family = isIP(plain)
  return family === 0 || near.check(plain, family === 6 ? 'ipv6' : 'ipv4')
}
