// A page elsewhere must not act with the cookie of somebody who is signed in here.
// Pure: from the headers that only a browser can set.

import { EzrecError } from '../../base/errors.ts'

const safeMethods = ['GET', 'HEAD', 'OPTIONS']

/** Throws `forbidden` for an unsafe request that a browser says comes from another site. `allowedOrigins` may act with a key or a signed address,
 *  never with a cookie. */
export function assertSameOrigin(
  method: string,
  headers: Headers,
  options: { readonly allowedOrigins: readonly string[]; readonly isSigned?: boolean },
): void {
  if (safeMethods.includes(method)) return
  const origin = headers.get('origin')
  if (origin !== null && options.allowedOrigins.includes(origin) && (options.isSigned === true || headers.has('authorization'))) return
  const site = headers.get('sec-fetch-site')
  const isForeignSite = site !== null && site !== 'same-origin' && site !== 'none'
  if (!isForeignSite && (origin === null || hostOfOrigin(origin) === headers.get('host')?.toLowerCase())) return
  throw new EzrecError('forbidden', 'this request comes from a page of another site', {
    hint: 'use the pages of this box, or an API key from a program',
  })
}

const hostOfOrigin = (origin: string): string | undefined => URL.parse(origin)?.host.toLowerCase()
