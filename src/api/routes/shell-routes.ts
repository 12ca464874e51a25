// The static shell: the front page, the page that shows the API, and their few files. Read once at start, from a fixed list.
// Never takes a file name from a request.

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { EzrecError } from '../../base/errors.ts'
import { isKnown } from '../media/byte-range.ts'
import { htmlAnswer } from '../media/html-answer.ts'
import { route, type Caller, type Route } from '../routing/route.ts'

const folder = path.join(import.meta.dirname, '..', '..', '..', 'web')

const types = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
} as const

type StaticFile = { readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string; readonly etag: string }

const read = (name: string, type: string): StaticFile => {
  const bytes = new Uint8Array(readFileSync(path.join(folder, name)))
  return { bytes, type, etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"` }
}

const files: ReadonlyMap<string, StaticFile> = new Map(
  [
    'base.css',
    'share.css',
    'share.js',
    'moments.js',
    'length.js',
    'pin.js',
    'shell.css',
    'shell.js',
    'docs.js',
    'unlock.js',
    'court.css',
    'court.js',
    'icon.svg',
    'robots.txt',
  ].map((name) => {
    const kind = z.enum(['css', 'js', 'svg', 'txt']).parse(name.split('.').at(-1))
    return [name, read(name, types[kind])]
  }),
)

const pages = { shell: read('index.html', 'text/html').bytes, docs: read('docs.html', 'text/html').bytes }
const page = (bytes: Uint8Array): Response => htmlAnswer(new TextDecoder().decode(bytes), { cache: 'no-cache' })

export const shellRoutes: readonly Route[] = [
  route(
    {
      method: 'get',
      path: '/',
      needs: 'open',
      beforeClaim: true,
      tag: 'system',
      summary: 'The front page: claim, sign in, bookings and films',
      success: { media: 'text/html' },
      problems: [],
    },
    () => page(pages.shell),
  ),
  route(
    {
      method: 'get',
      path: '/docs',
      needs: 'open',
      tag: 'system',
      summary: 'This API as a page',
      success: { media: 'text/html' },
      problems: [],
    },
    () => page(pages.docs),
  ),
  route(
    {
      method: 'get',
      path: '/static/{file}',
      needs: 'open',
      beforeClaim: true,
      tag: 'system',
      summary: 'The files of the pages',
      params: z.object({ file: z.string().max(64) }),
      success: { media: 'text/css, text/javascript, image/svg+xml, text/plain', statuses: [200, 304] },
      problems: ['not_found'],
    },
    ({ params, caller }) => staticAnswer(params.file, caller),
  ),
  route(
    {
      method: 'get',
      path: '/favicon.ico',
      needs: 'open',
      beforeClaim: true,
      tag: 'system',
      summary: 'The icon, for browsers that ask where no page names it',
      success: { media: 'image/svg+xml', statuses: [200, 304] },
      problems: [],
    },
    ({ caller }) => staticAnswer('icon.svg', caller),
  ),
  route(
    {
      method: 'get',
      path: '/robots.txt',
      needs: 'open',
      beforeClaim: true,
      tag: 'system',
      summary: 'What search engines may look at: nothing but what links open, which they do not list',
      success: { media: 'text/plain', statuses: [200, 304] },
      problems: [],
    },
    ({ caller }) => staticAnswer('robots.txt', caller),
  ),
]

function staticAnswer(name: string, { headers }: Caller): Response {
  const file = files.get(name)
  if (!file) throw new EzrecError('not_found', 'there is no such file', { hint: 'the front page is at /' })
  const facts = { 'content-type': file.type, etag: file.etag, 'cache-control': 'no-cache' }
  if (isKnown(headers.get('if-none-match'), file.etag)) return new Response(null, { status: 304, headers: facts })
  return new Response(file.bytes, { headers: facts })
}
