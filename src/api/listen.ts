// Takes the port: the one that was asked for or none; without a wish, the next that is free.
// Never ends who holds a port: it names them.

import { createServer, type Server } from 'node:http'
import { EzrecError, errnoOf } from '../base/errors.ts'
import { portHolder } from './port-holder.ts'

export type ListenOptions = { readonly host: string; readonly port: number; readonly portGiven: boolean }

const portsTried = 100

/** Resolves to the port taken. Errors: conflict (naming the holder), forbidden, invalid (the host is not this machine's). */
export async function listen(server: Server, { host, port, portGiven }: ListenOptions): Promise<number> {
  for (let tried = port; ; tried += 1) {
    try {
      await listenOn(server, host, tried)
      const address = server.address()
      return typeof address === 'object' && address !== null ? address.port : tried
    } catch (error) {
      const isLast = portGiven || tried >= Math.min(65_535, port + portsTried)
      if (errnoOf(error) !== 'EADDRINUSE' || isLast) throw listenError(error, host, tried)
    }
  }
}

/** Before anything is started: may this port be had? Errors: as `listen`. */
export async function assertPortFree(options: Omit<ListenOptions, 'portGiven'>): Promise<void> {
  const server = createServer()
  await listen(server, { ...options, portGiven: true })
  await new Promise<void>((resolve) => server.close(() => resolve()))
}

const listenOn = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject)
      resolve()
    })
  })

function listenError(cause: unknown, host: string, port: number): unknown {
  switch (errnoOf(cause)) {
    case 'EADDRINUSE': {
      const holder = portHolder(port)
      const who = holder ? `process ${holder.pid} (${holder.command})` : 'another process'
      return new EzrecError('conflict', `port ${port} is taken by ${who}`, {
        hint: 'stop it, or choose another port with API_PORT',
        facts: { port, ...(holder ? { pid: holder.pid } : {}) },
        cause,
      })
    }
    case 'EACCES':
      return new EzrecError('forbidden', `this user may not listen on port ${port}`, {
        hint: 'choose a port above 1023 with API_PORT',
        facts: { port },
        cause,
      })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new EzrecError('invalid', `${host} is not an address of this machine`, {
        hint: 'set API_HOST to 0.0.0.0 or to one of its addresses',
        facts: { host },
        cause,
      })
    default:
      return cause
  }
}
