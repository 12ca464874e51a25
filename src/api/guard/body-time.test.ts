import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import net from 'node:net'
import { test } from 'node:test'
import { text } from 'node:stream/consumers'
import { refuseBroken } from '../answer/broken-request.ts'
import { giveBodyTime, watchBodies } from './body-time.ts'

async function open(onRequest: (request: IncomingMessage) => void) {
  const server = createServer({ requestTimeout: 0 })
  refuseBroken(server, () => 0)
  watchBodies(server, 150)
  server.on('request', (request, response) => {
    onRequest(request)
    request.resume().once('end', () => response.end('whole'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  const socket = net.connect(address.port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 10\r\n\r\n')
  return { socket, [Symbol.asyncDispose]: async () => void (await new Promise((resolve) => server.close(resolve))) }
}

const drip = (socket: net.Socket): NodeJS.Timeout => setInterval(() => socket.writable && socket.write('x'), 40)

test('a body that drips is refused, unless its route takes bytes: then it may last while it comes', async () => {
  for (const [given, status] of [
    [() => undefined, 408],
    [giveBodyTime, 200],
  ] as const) {
    await using opened = await open(given)
    const dripping = drip(opened.socket)
    const answer = await text(opened.socket).finally(() => clearInterval(dripping))
    assert.match(answer, new RegExp(`^HTTP/1.1 ${status} `))
  }
})

test('one that stops coming is refused, whoever takes it', async () => {
  await using opened = await open(giveBodyTime)
  opened.socket.write('xxx')
  assert.match(await text(opened.socket), /^HTTP\/1.1 408 [^]*request_timeout/)
})
