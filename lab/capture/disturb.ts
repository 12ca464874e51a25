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

/** How long each lasts, in seconds; none overlaps another. */
export type Lengths = { readonly worker: number; readonly flood: number; readonly lock: number }

export const fullLengths: Lengths = { worker: 10, flood: 5, lock: 5 }

/** Each is over when it resolves. Their order and the pauses between them are fixed. */
export function disturbancesOf({ worker, flood, lock }: Lengths): readonly Disturbance[] {
  const killedAt = 2 + worker + 2
  const floodAt = killedAt + 4
  const lockAt = floodAt + flood + 2
  return [
    {
      name: `the worker stands still for ${worker} s`,
      atSeconds: 2,
      run: async ({ mark, signal }) => {
        send(mark, 'worker', 'SIGSTOP')
        await systemClock.sleep(worker * 1_000, signal)
        send(mark, 'worker', 'SIGCONT')
      },
    },
    { name: 'the worker is killed', atSeconds: killedAt, run: ({ mark }) => Promise.resolve(send(mark, 'worker', 'SIGKILL')) },
    {
      name: `the API has 256 connections for ${flood} s`,
      atSeconds: floodAt,
      run: async ({ port, signal }) => {
        const sockets = Array.from({ length: 256 }, (): Socket => connect(port, '127.0.0.1').on('error', () => undefined))
        for (const socket of sockets)
          socket.write('GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /videos HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
        await systemClock.sleep(flood * 1_000, signal)
        for (const socket of sockets) socket.destroy()
      },
    },
    {
      name: `the database is locked for ${lock} s`,
      atSeconds: lockAt,
      run: async ({ home, signal }) => {
        using db = openDatabase(path.join(home, 'ezrec.sqlite'))
        db.run('begin immediate')
        await systemClock.sleep(lock * 1_000, signal)
        db.run('rollback')
      },
    },
  ]
}

/** The length of a film that has room for all of them. */
export const secondsFor = (lengths: Lengths): number => (disturbancesOf(lengths).at(-1)?.atSeconds ?? 0) + lengths.lock + 2
