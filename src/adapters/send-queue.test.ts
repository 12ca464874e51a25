import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { test } from 'node:test'
import { until } from '../../tests/until.ts'
import { queuedToSend } from './send-queue.ts'

test('what a connection was given and the other end does not take waits, until it is taken', async () => {
  const server = createServer((socket) => void socket.pause().on('error', () => undefined))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const taken = once(server, 'connection')
  const sender = connect(address.port, '127.0.0.1').on('error', () => undefined)
  const [receiver] = await taken
  const bytes = 32 * 1_024 * 1_024 // more than both ends keep
  sender.write(Buffer.alloc(bytes))
  try {
    await until(() => queuedToSend() > 64 * 1_024, 'something waits')
    assert.ok(queuedToSend() < bytes)
    let came = 0
    receiver.on('data', (piece: Buffer) => (came += piece.length))
    receiver.resume()
    await until(() => came === bytes && queuedToSend() === 0, 'nothing waits')
  } finally {
    sender.destroy()
    receiver.destroy()
    server.close()
  }
})
