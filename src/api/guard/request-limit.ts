// How often one may ask: each key and account for itself, who has a link by that link, everybody else by address; and all links, and all strangers, together.
// A flood by the latter two never holds up a key or an account, nor a program of this box. Never tells of each refusal: a line a minute for each limit.

import { EzrecError } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { Settings } from '../../../config/settings.ts'
import { openAllowance, type Allowance } from './allowance.ts'
import { isOwnAddress, networkOf } from './client-address.ts'

export type Asker = {
  readonly principalId: string | undefined
  /** Of a share link that opens something. */
  readonly linkId: string | undefined
  readonly address: string
}

export type RequestLimit = {
  /** Errors: rate_limited. */
  count(asker: Asker): void
}

export type LimitName = keyof typeof words

export type RequestLimitPlace = {
  readonly settings: Pick<Settings['api'], 'requestsPerMinute' | 'openRequestsPerMinute'>
  readonly logger: Pick<Logger, 'warn'>
  /** A clock that never jumps. */
  readonly nowMs: () => number
  readonly onRefused: (limit: LimitName) => void
}

const words = {
  principal: 'too many requests by this key or account',
  link: 'too many requests by this link from this address',
  address: 'too many requests from this address',
  links: 'too many requests by links in all',
  strangers: 'too many requests without a key in all',
} as const

const tellEveryMs = 60_000

export function openRequestLimit({ settings, logger, nowMs, onRefused }: RequestLimitPlace): RequestLimit {
  const each = (): Allowance => openAllowance(settings.requestsPerMinute, nowMs)
  const together = (): Allowance => openAllowance(settings.openRequestsPerMinute, nowMs)
  const limits = { principal: each(), link: each(), address: each(), links: together(), strangers: together() }
  const told = new Map<LimitName, { atMs: number; refused: number }>()

  const tell = (limit: LimitName, { principalId, linkId, address }: Asker): void => {
    onRefused(limit)
    const last = told.get(limit) ?? { atMs: Number.NEGATIVE_INFINITY, refused: 0 }
    const refused = last.refused + 1
    const isTime = nowMs() - last.atMs >= tellEveryMs
    told.set(limit, isTime ? { atMs: nowMs(), refused: 0 } : { ...last, refused })
    if (isTime) logger.warn({ limit, refused, who: principalId, link: linkId, address }, 'requests are refused: there are too many')
  }

  return {
    count: (asker) => {
      for (const [limit, name] of limitsOf(asker)) {
        const waitMs = limits[limit].take(name)
        if (waitMs === 0) continue
        tell(limit, asker)
        const seconds = Math.ceil(waitMs / 1_000)
        throw new EzrecError('rate_limited', words[limit], { hint: `wait ${seconds} s`, facts: { retryAfterSeconds: seconds } })
      }
    },
  }
}

/** What a request counts for. A link counts for itself in each network, so that nobody uses it up for the others who have it. */
function limitsOf({ principalId, linkId, address }: Asker): readonly (readonly [limit: LimitName, name: string])[] {
  const network = networkOf(address)
  if (principalId !== undefined) return [['principal', principalId]]
  if (linkId !== undefined)
    return [
      ['link', `${linkId} ${network}`],
      ['links', ''],
    ]
  return isOwnAddress(address)
    ? [['address', network]]
    : [
        ['address', network],
        ['strangers', ''],
      ]
}
