// Pages of other sites that the settings name may call with a key; never with a cookie. Nobody else is told anything.
// Never allows credentials, and never an origin that the settings do not name.

/** What answers tell in headers beyond those that any page may read. */
const exposed =
  'link, location, content-range, accept-ranges, content-disposition, etag, retry-after, allow, deprecation, idempotency-replayed'

/** Adds the word that a browser waits for, on answers to those origins alone. */
export function allowOrigin(origins: readonly string[], request: Headers, answer: Headers): void {
  const origin = request.get('origin')
  if (origins.length > 0) answer.append('vary', 'Origin')
  if (origin === null || !origins.includes(origin)) return
  answer.set('access-control-allow-origin', origin)
  answer.set('access-control-expose-headers', exposed)
  answer.set('cross-origin-resource-policy', 'cross-origin')
}

/** The answer to OPTIONS. */
export function preflight(origins: readonly string[], request: Headers, methods: readonly string[]): Response {
  const allow = [...new Set([...methods, 'HEAD', 'OPTIONS'])].join(', ')
  if (!origins.includes(request.get('origin') ?? '')) return new Response(null, { status: 204, headers: { allow } })
  return new Response(null, {
    status: 204,
    headers: {
      allow,
      'access-control-allow-methods': allow,
      'access-control-allow-headers': 'authorization, content-type, idempotency-key, last-event-id, range',
      'access-control-max-age': '600',
    },
  })
}
