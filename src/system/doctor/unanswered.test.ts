import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { test, type TestContext } from 'node:test'
import { lookAtApi } from './api-check.ts'
import { whyUnanswered } from './unanswered.ts'

async function listening(t: TestContext, server: Server): Promise<number> {
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const bound = server.address()
  assert.ok(bound !== null && typeof bound === 'object')
  return bound.port
}

test('a port where nobody listens is told as such, and not as one that was waited for', async (t) => {
  const server = createServer()
  const port = await listening(t, server)
  server.close()
  await once(server, 'close')
  const { message } = await lookAtApi({ host: '127.0.0.1', port })
  assert.match(message, /nobody listens there: ECONNREFUSED$/)
})

test('one that keeps silent is told with the time that was waited', async (t) => {
  const server = createServer(() => undefined)
  const port = await listening(t, server)
  const error: unknown = await fetch(`http://127.0.0.1:${port}`, { signal: AbortSignal.timeout(50) }).catch((fault: unknown) => fault)
  assert.equal(whyUnanswered(error, 50), 'no answer within 0.05 s')
})

test('one that leads elsewhere, or hangs up, is told so', async (t) => {
  const server = createServer(({ url }, answer) => {
    if (url === '/health') answer.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()
    else answer.destroy()
  })
  const port = await listening(t, server)
  assert.match((await lookAtApi({ host: '127.0.0.1', port })).message, /redirect/)
  const error: unknown = await fetch(`http://127.0.0.1:${port}/`).catch((fault: unknown) => fault)
  assert.equal(whyUnanswered(error, 10_000), 'no answer: other side closed')
})
