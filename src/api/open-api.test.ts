import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { openApiOf } from './open-api.ts'
import { sessionCookie } from './routing/principal.ts'
import { openApiRoute } from './routes/open-api-route.ts'
import { routeTable } from './route-table.ts'

// The objects of OpenAPI 3.1.0 (spec.openapis.org/oas/v3.1.0) as far as we use them: what stands in none of them is refused.
const schema = z.union([z.boolean(), z.record(z.string(), z.unknown())])
const media = z.record(z.string().regex(/^[\w.+-]+\/[\w.+-]+$/), z.strictObject({ schema }))
const parameter = z.strictObject({
  name: z.string().min(1),
  in: z.enum(['path', 'query', 'header', 'cookie']),
  required: z.boolean().optional(),
  description: z.string().optional(),
  schema,
})
const operation = z.strictObject({
  tags: z.array(z.string()).length(1),
  summary: z.string().min(1),
  description: z.string().min(1),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(parameter).optional(),
  requestBody: z.strictObject({ required: z.boolean(), content: media }).optional(),
  responses: z.record(z.string().regex(/^[2-5]\d\d$/), z.strictObject({ description: z.string().min(1), content: media.optional() })),
})
const scheme = z.looseObject({ type: z.enum(['http', 'apiKey']), description: z.string() })
const openApi = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    description: z.string(),
    license: z.strictObject({ name: z.string(), url: z.url() }),
  }),
  components: z.strictObject({
    securitySchemes: z.record(z.string(), scheme),
    schemas: z.record(z.string(), schema),
    parameters: z.record(z.string(), parameter),
  }),
  webhooks: z.strictObject({}).optional(),
  paths: z.record(z.string().startsWith('/'), z.partialRecord(z.enum(['get', 'post', 'put', 'patch', 'delete']), operation)),
})

const text = openApiOf([...routeTable, openApiRoute(() => '')])
const document = openApi.parse(JSON.parse(text))
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, of]) => ({ path, method, of })),
)

test('the document has the form of OpenAPI 3.1 and nothing that this does not know, for every route', () => {
  assert.equal(operations.length, routeTable.length + 1)
})

test('each name in a path is a parameter that is required, and no parameter is told twice', () => {
  for (const { path, method, of } of operations) {
    const all = of.parameters ?? []
    const inPath = all.filter((each) => each.in === 'path')
    assert.deepEqual(
      inPath.map(({ name }) => name).toSorted(),
      [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted((a = '', b = '') => (a < b ? -1 : Number(a > b))),
      `${method} ${path}`,
    )
    assert.ok(
      inPath.every(({ required }) => required === true),
      `${method} ${path}`,
    )
    assert.equal(new Set(all.map((each) => `${each.in} ${each.name}`)).size, all.length, `${method} ${path}`)
  }
})

test('what it points to is there: schemas, and who may ask', () => {
  for (const [, name = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
    assert.ok(name in document.components.schemas, name)
  assert.doesNotMatch(text, /"\$ref":"(?!#\/components\/schemas\/)/)
  for (const { of } of operations)
    for (const name of of.security.flatMap((each) => Object.keys(each))) assert.ok(name in document.components.securitySchemes, name)
})

test('each schema can be read as one, and takes what it should', () => {
  for (const { path, method, of } of operations) {
    const media = [...Object.values(of.responses), of.requestBody].flatMap((each) => Object.values(each?.content ?? {}))
    for (const { schema: each } of [...media, ...(of.parameters ?? [])])
      assert.doesNotThrow(
        () => z.fromJSONSchema(JSON.parse(JSON.stringify(each))),
        `${method} ${path}: ${JSON.stringify(each).slice(0, 200)}`,
      )
  }
})

test('whatever is asked for may be asked for too often', () => {
  for (const { path, method, of } of operations) assert.match(of.responses['429']?.description ?? '', /rate_limited/, `${method} ${path}`)
})

test('the cookie of a session is named as it is set, with and without TLS, and each route that needs somebody takes either', () => {
  const cookies = Object.entries(document.components.securitySchemes).filter(([, { in: where }]) => where === 'cookie')
  assert.deepEqual(
    cookies.map(([, { name }]) => name),
    [false, true].map((secure) => sessionCookie('x', secure).split('=')[0]),
  )
  for (const { of } of operations)
    if (of.security.length > 0)
      assert.deepEqual(
        of.security.flatMap((each) => Object.keys(each)),
        ['key', ...cookies.map(([scheme]) => scheme)],
      )
})
