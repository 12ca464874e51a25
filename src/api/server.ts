// The HTTP server: takes a port, says where it is in <home>/api.json, serves the route table, and ends within two seconds when told to.
// Never outlives its signal, whatever its clients hold on to.

import { createServer, type Server } from 'node:http'
import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { rm } from 'node:fs/promises'
import { getRequestListener, RequestError } from '@hono/node-server'
import { removeUnfinished, writeDurably } from '../base/files.ts'
import { apiAddressFile, type ApiAddress } from './address.ts'
import { listen, type ListenOptions } from './listen.ts'
import { brokenAnswer, refuseBroken, unreadable } from './answer/broken-request.ts'
import { HttpFault } from './answer/problem.ts'
import { watchBodies } from './guard/body-time.ts'
import { makeRouter } from './router.ts'
import { openDoor, type Box } from './routing/door.ts'
import { routeTable } from './route-table.ts'

export type ServeOptions = ListenOptions & { readonly onListening?: (address: ApiAddress) => void }

const endMs = 1_500

/** Serves until the signal aborts; resolves when every connection has ended. Errors: conflict (the port is taken), forbidden, invalid. */
export async function serveApi(box: Box, options: ServeOptions, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { settings, logger } = box
  const server = makeServer(() => box.clock.nowMs())
  const port = await listen(server, options)
  server.on('error', (error) => logger.error({ err: error }, 'the server met an error and goes on'))
  const address = { port, host: options.host, url: `http://${reachableHost(options.host)}:${port}`, pid: process.pid }
  const door = openDoor(box, { host: options.host, publicUrl: settings.share.baseUrl ?? address.url, ending: signal })
  const router = makeRouter(routeTable, door)
  server.on(
    'request',
    getRequestListener((request, env) => (hasCredentials(env.incoming.url) ? refuse() : router.fetch(request, env)), {
      overrideGlobalObjects: false,
      errorHandler: (error) => {
        const isTheirs = error instanceof RequestError || error instanceof HttpFault
        if (!isTheirs) logger.error({ err: error }, 'a request failed before it reached a route')
        return brokenAnswer(error instanceof RequestError ? unreadable() : error, box.clock.nowMs())
      },
    }),
  )
  await removeUnfinished(settings.paths.uploadedBranding) // of a life that was killed
  const file = apiAddressFile(settings.paths.home)
  try {
    await writeDurably(file, `${JSON.stringify(address)}\n`)
    logger.info({ port, host: options.host, url: address.url }, 'listening')
    options.onListening?.(address)
    await untilAborted(signal)
  } finally {
    await rm(file, { force: true })
    await close(server)
  }
}

/** An absolute target with a name and a password in it is one that a Request cannot be made of. */
const hasCredentials = (target = ''): boolean => /^https?:\/\/[^/?#]*@/i.test(target)

function refuse(): never {
  throw unreadable()
}

function makeServer(nowMs: () => number): Server {
  const server = createServer({
    maxHeaderSize: 16 * 1024,
    requestTimeout: 0, // watchBodies limits it: not all may take as long
    headersTimeout: 10_000,
    keepAliveTimeout: 5_000,
    connectionsCheckingInterval: 2_000,
    requireHostHeader: false, // it is missed by the envelope's own answer
  })
  server.maxConnections = 256
  refuseBroken(server, nowMs)
  watchBodies(server)
  return server
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })))

/** No new connection; idle ones end at once, answers under way have a moment. */
async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const forced = setTimeout(() => server.closeAllConnections(), endMs)
  await closed
  clearTimeout(forced)
}

/** What a phone in the venue can type: the first address on a network, where the server listens on all. */
function reachableHost(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return isIPv6(host) ? `[${host}]` : host
  const outward = Object.entries(networkInterfaces()).flatMap(([name, found]) => (isVirtual.test(name) ? [] : (found ?? [])))
  return outward.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1'
}

/** Bridges of containers and virtual machines: no phone can reach them. */
const isVirtual = /^(docker|br-|veth|virbr|cni|flannel|podman)/
