// How long a body may take to come: half a minute in all, or, where bytes are taken, as long as they keep coming. Node knows one limit for all requests.
// Never ends an answer: a request that came whole is left alone.

import type { IncomingMessage, Server } from 'node:http'

const wholeMs = 30_000
/** 512 MiB at 1.2 Mbit/s. */
const mostSteps = 120

const timers = new WeakMap<IncomingMessage, () => void>()

/** Refuses a request as Node does when its own limit passes. */
export function watchBodies(server: Server, stepMs = wholeMs): void {
  server.on('request', (request) => {
    if (!('transfer-encoding' in request.headers) && Number(request.headers['content-length'] ?? 0) === 0) return
    let isPatient = false
    let steps = 0
    let seen = 0
    const timer = setInterval(() => {
      steps += 1
      const comes = request.socket.bytesRead > seen
      seen = request.socket.bytesRead
      if (request.complete) clearInterval(timer)
      else if (!isPatient || !comes || steps >= mostSteps) {
        clearInterval(timer)
        server.emit('clientError', Object.assign(new Error('the body is late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), request.socket)
      }
    }, stepMs).unref()
    request.once('close', () => clearInterval(timer))
    timers.set(request, () => void (isPatient = true))
  })
}

/** For who may send much. */
export const giveBodyTime = (request: IncomingMessage): void => timers.get(request)?.()
