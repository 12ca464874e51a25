import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { refuseBroken } from './broken-request.ts'
import { failureSchema } from './envelope.ts'

type Served = AsyncDisposable & { open(): Socket }

/** A server with little patience. */
async function serve(listener: RequestListener): Promise<Served> {
  const server = createServer({ headersTimeout: 100, requestTimeout: 100, connectionsCheckingInterval: 20 }, listener)
  refuseBroken(server, () => Date.UTC(2026, 4, 2))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : assert.fail()
  const all: Socket[] = []
  return {
    open: () => {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined)
      all.push(socket)
      return socket
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of all) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

async function heard(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('latin1').on('data', (piece: string) => (text += piece))
  await once(socket, 'close')
  return text
}

test('a request that does not come in time is told so, in the envelope, and its connection ends', async () => {
  await using server = await serve((_, response) => void response.end('x'))
  const socket = server.open()
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nX: ')
  const [head = '', body = ''] = (await heard(socket)).split('\r\n\r\n')
  assert.match(head, /^HTTP\/1\.1 408 Request Timeout\r\n/)
  assert.match(head, /\r\nconnection: close(\r\n|$)/)
  assert.match(head, new RegExp(`\\r\\ncontent-length: ${body.length}(\\r\\n|$)`))
  const { error, timestamp } = failureSchema.parse(JSON.parse(body))
  assert.deepEqual([error, timestamp], ['request_timeout', '2026-05-02T00:00:00.000Z'])
})

test('nothing is written into an answer that has begun: its request broke in the middle', async () => {
  await using server = await serve((_, response) => void response.writeHead(200, { 'content-length': 1_000 }).write('a part'))
  const socket = server.open()
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n')
  const all = heard(socket)
  await once(socket, 'data')
  socket.write('no chunk\r\n')
  const text = await all
  assert.match(text, /^HTTP\/1\.1 200 OK\r\n[^]*a part$/)
})

test('what follows a good request waits for that one’s answer', async () => {
  let answer = (): void => undefined
  await using server = await serve((_, response) => (answer = () => void response.end('good')))
  const socket = server.open()
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\nno HTTP\r\n\r\n')
  const all = heard(socket)
  await new Promise((resolve) => setTimeout(resolve, 100))
  answer()
  assert.match(await all, /^HTTP\/1\.1 200 OK\r\n[^]*good[^]*HTTP\/1\.1 400 Bad Request\r\n/)
})
