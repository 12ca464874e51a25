// A page as an answer, with the headers that keep it to itself: no script but our files, no frame, no referrer.
// Never puts data into a page: those who draw it do, escaped.

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

export const pageHeaders = {
  'content-security-policy': policy,
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  'x-frame-options': 'DENY',
} as const

type PageFacts = { readonly status?: number; readonly cache?: string; readonly headers?: Readonly<Record<string, string>> }

export const htmlAnswer = (html: string, { status = 200, cache = 'private, no-store', headers = {} }: PageFacts = {}): Response =>
  new Response(html, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': cache, ...pageHeaders, ...headers },
  })
