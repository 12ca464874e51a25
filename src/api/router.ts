// From a request to its route: host, caller, how often, right, origin, body; then the route; then one envelope. Deny by default.
// The edge where every fault of a request ends: told once, logged with its cause, never with a path that may hold a token.

import type { HttpBindings } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import { EzrecError } from '../base/errors.ts'
import { findLiveShareLink } from '../share/share-link.ts'
import { nothingPage, waitPage } from '../share/share-page.ts'
import { everyAnswer, fail, succeed } from './answer/envelope.ts'
import { HttpFault, isForecast, problemOf } from './answer/problem.ts'
import { auditAnswer } from './audit-answer.ts'
import { isOwnAddress } from './guard/client-address.ts'
import { giveBodyTime } from './guard/body-time.ts'
import { allowOrigin, preflight } from './guard/cross-origin.ts'
import { assertSameOrigin } from './guard/same-origin.ts'
import { hasAccount } from './people/account-store.ts'
import { covers } from './people/role.ts'
import { htmlAnswer } from './media/html-answer.ts'
import { whileWelcome } from './media/while-welcome.ts'
import { openApiOf } from './open-api.ts'
import { readBody } from './read-body.ts'
import { once } from './repeat/once.ts'
import type { Door } from './routing/door.ts'
import { principalOf } from './routing/principal.ts'
import { isPage, type Caller, type Route } from './routing/route.ts'
import { wouldBeAnswered } from './routing/still-welcome.ts'
import { openApiRoute } from './routes/open-api-route.ts'

type Env = { Bindings: HttpBindings }

export function makeRouter(table: readonly Route[], door: Door): Hono<Env> {
  const routes = [...table, openApiRoute(() => document)]
  const document = openApiOf(routes)
  const app = new Hono<Env>({ strict: true })
  app.use(async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(everyAnswer)) if (!c.res.headers.has(name)) c.res.headers.set(name, value)
    allowOrigin(door.settings.api.corsOrigins, c.req.raw.headers, c.res.headers)
  })
  app.use((c, next) => {
    door.checkHost(c.req.header('host'))
    return next()
  })
  for (const route of routes) app.on(route.method.toUpperCase(), honoPath(route.path), (c) => serve(c, route, door))
  for (const [path, same] of Map.groupBy(routes, (route) => route.path)) app.all(honoPath(path), (c) => otherMethod(c, same, door))
  app.notFound((c) =>
    answerFault(
      c,
      undefined,
      door,
      new EzrecError('not_found', 'there is nothing at this address', { hint: 'GET /openapi.json lists what there is' }),
    ),
  )
  app.onError((error, c) => answerFault(c, undefined, door, error))
  return app
}

const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1')

async function serve(c: Context<Env>, route: Route, door: Door): Promise<Response> {
  const { clock, logger } = door
  const startedUs = clock.monotonicUs()
  try {
    const caller = admit(c, route, door)
    if (route.takesBytes === true) giveBodyTime(c.env.incoming)
    const hasBody = c.req.raw.body !== null && route.method !== 'get' && route.takesBytes !== true
    const body = hasBody ? await readBody(c.req.raw) : undefined
    const asker = route.asker ? route.asker(caller, door) : caller.principal?.id
    const path = c.req.path + new URL(c.req.url).search
    const response = await once(door, route, { asker, key: caller.headers.get('idempotency-key'), path, body }, async () => {
      const parts = { params: c.req.param(), query: c.req.query(), body }
      const answer = await route.run(parts, caller, door)
      if (!(answer instanceof Response)) {
        auditAnswer(door, route, caller, answer, c.req.param('id'))
        return succeed(answer, clock.nowMs())
      }
      if (!answer.headers.has('content-length')) return answer
      return breakable(c, answer, door, () => wouldBeAnswered(route, parts, caller, door))
    })
    const durationMs = Math.round((clock.monotonicUs() - startedUs) / 1_000)
    tellMetrics(c, route, door, response.status, startedUs)
    const facts = { method: c.req.method, route: route.path, status: response.status, durationMs, who: caller.principal?.id ?? null }
    if (route.method === 'get') logger.debug(facts, 'answered')
    else logger.info(facts, 'answered')
    return response
  } catch (error) {
    const answer = answerFault(c, route, door, error)
    tellMetrics(c, route, door, answer.status, startedUs)
    return answer
  }
}

const askAgainMs = 2_000

/** The bytes of a file (what alone tells its length beforehand) flow for as long as a reader takes: only while the request would still be answered. */
function breakable(c: Context<Env>, { body, status, headers }: Response, { clock }: Door, isWelcome: () => Promise<boolean>): Response {
  const breakOff = (): void => void c.env.outgoing.destroy()
  const nowMs = (): number => clock.monotonicUs() / 1_000
  return new Response(body && whileWelcome(body, { everyMs: askAgainMs, nowMs, isWelcome, breakOff }), { status, headers })
}

/** Only of routes that there are: what strangers make up must not become labels. */
function tellMetrics(c: Context<Env>, { path: route }: Route, { metrics, clock }: Door, status: number, startedUs: number): void {
  metrics.answered({ method: c.req.method, route, status, seconds: (clock.monotonicUs() - startedUs) / 1e6 })
}

/** Everything that must hold before a route is run. */
function admit(c: Context<Env>, route: Route, door: Door): Caller {
  const { db, clock, settings } = door
  const { headers } = c.req.raw
  const { address, secure } = door.readClient(c.env.incoming.socket.remoteAddress ?? '', headers)
  const principal = principalOf(db, headers, secure, clock.nowMs())
  const link = principal ? undefined : findLiveShareLink(db, clock, c.req.param('token') ?? '')
  door.requestLimit.count({ principalId: principal?.id, linkId: link?.id, address })
  if (route.beforeClaim !== true && !hasAccount(db) && !isOwnAddress(address))
    throw new EzrecError('unauthorized', 'this box has no account yet', {
      hint: 'open its front page and enter the claim code that it shows',
    })
  if (route.needs !== 'open') {
    if (!principal)
      throw new EzrecError('unauthorized', 'this needs a key or a session', { hint: 'send Authorization: Bearer ezk_..., or sign in' })
    const needed = principal.userId === null ? (route.needsUnbound ?? route.needs) : route.needs
    if (!covers(principal.role, needed))
      throw new EzrecError('forbidden', `this needs the role ${needed}`, { hint: 'ask an admin', facts: { role: principal.role } })
    if (principal.scopes !== null && !principal.scopes.some((each) => route.scopes?.includes(each)))
      throw new EzrecError('forbidden', `this key is for ${principal.scopes.join(' and ')} alone`, {
        hint: 'ask with a key of more scopes, or of a role',
      })
    if (principal.userId !== null && route.ofUser !== true)
      throw new EzrecError('forbidden', 'this is not for a key of one user', { hint: 'ask with a key that sees the whole box' })
  }
  assertSameOrigin(c.req.method, headers, { allowedOrigins: settings.api.corsOrigins, isSigned: route.signed === true })
  return { principal, address, secure, method: c.req.method, headers, bytes: route.takesBytes === true ? c.req.raw.body : null }
}

function otherMethod(c: Context<Env>, routes: readonly Route[], door: Door): Response {
  if (c.req.method === 'OPTIONS')
    return preflight(
      door.settings.api.corsOrigins,
      c.req.raw.headers,
      routes.map(({ method }) => method.toUpperCase()),
    )
  const allow = [...new Set(routes.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()])))].join(', ')
  return answerFault(
    c,
    undefined,
    door,
    new HttpFault('method_not_allowed', 'this address does not take that method', `use ${allow}`, { allow }),
  )
}

/** A person whose browser asked for a page is told on one to wait, or that there is nothing. */
function answerFault(c: Context<Env>, route: Route | undefined, door: Door, error: unknown): Response {
  const problem = problemOf(error)
  const facts = { method: c.req.method, route: route?.path ?? 'none', status: problem.status, code: problem.code }
  if (problem.status >= 500 && !isForecast(error)) door.logger.error({ ...facts, err: error }, 'a request failed')
  else door.logger.debug(facts, 'a request was refused')
  const isForPerson = (c.req.header('accept') ?? '').includes('text/html')
  if (isForPerson && !route && problem.code === 'not_found') return htmlAnswer(nothingPage(), { status: problem.status })
  if (isForPerson && route && isPage(route) && problem.code === 'rate_limited')
    return htmlAnswer(waitPage(problem.headers['retry-after'] ?? '60'), { status: problem.status, headers: problem.headers })
  return fail(problem, door.clock.nowMs())
}
