// What may go wrong elsewhere while cameras run: the worker stands still, the worker is killed, the API is flooded, the database is locked.
// Knows nothing of capture: that none of it costs a frame is judged by the film.

import { connect, type Socket } from 'node:net'
import path from 'node:path'
import { openDatabase } from '../../src/adapters/sqlite.ts'
import { systemClock } from '../../src/base/clock.ts'
import { membersOf, type Part } from '../kill/process-tree.ts'

export type Disturbance = { readonly name: string; readonly atSeconds: number; readonly run: (session: Session) => Promise<void> }
export type Session = { readonly home: string; readonly mark: string; readonly port: number; readonly signal: AbortSignal }

const send = (mark: string, part: Part, signal: NodeJS.Signals): void => {
  for (const { pid } of membersOf(mark).filter((each) => each.part === part)) process.kill(pid, signal)
}

/** Each is over when it resolves; they do not overlap. */
export const disturbances: readonly Disturbance[] = [
  {
    name: 'the worker stands still for 10 s',
    atSeconds: 2,
    run: async ({ mark, signal }) => {
      send(mark, 'worker', 'SIGSTOP')
      await systemClock.sleep(10_000, signal)
      send(mark, 'worker', 'SIGCONT')
    },
  },
  { name: 'the worker is killed', atSeconds: 14, run: ({ mark }) => Promise.resolve(send(mark, 'worker', 'SIGKILL')) },
  {
    name: 'the API has 256 connections for 5 s',
    atSeconds: 18,
    run: async ({ port, signal }) => {
      const sockets = Array.from({ length: 256 }, (): Socket => connect(port, '127.0.0.1').on('error', () => undefined))
      for (const socket of sockets)
        socket.write('GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /videos HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
      await systemClock.sleep(5_000, signal)
      for (const socket of sockets) socket.destroy()
    },
  },
  {
    name: 'the database is locked for 5 s',
    atSeconds: 25,
    run: async ({ home, signal }) => {
      using db = openDatabase(path.join(home, 'ezrec.sqlite'))
      db.run('begin immediate')
      await systemClock.sleep(5_000, signal)
      db.run('rollback')
    },
  },
]

export const disturbedSeconds = 32
