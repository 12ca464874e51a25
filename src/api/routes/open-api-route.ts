// /openapi.json: the table as a document. Made after all other routes are known, itself among them.
// Never makes the document itself: open-api.ts does.

import { route, type Route } from '../routing/route.ts'

export const openApiRoute = (document: () => string): Route =>
  route(
    {
      method: 'get',
      path: '/openapi.json',
      needs: 'open',
      tag: 'system',
      summary: 'This API as an OpenAPI 3.1 document',
      success: { media: 'application/json' },
      problems: [],
    },
    () => new Response(document(), { headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-cache' } }),
  )
