// A pipe whose two ends are descriptors of ours: one to hand to a child, one to read or write by ourselves.
// For streams of many megabytes a second: what Node makes for a child is a pair of sockets, read in pieces that are garbage at once.

import { closeSync, constants, openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { EzrecError } from './errors.ts'
import { runChild } from './process.ts'

/** Both are the caller's to close. Both block: a Socket over one of them makes that end of the pipe one that does not. */
export type Fifo = { readonly readFd: number; readonly writeFd: number }

/** Its name is gone again when this resolves. Errors: internal, when the machine makes none. */
export async function openFifo(): Promise<Fifo> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ezrec-fifo-'))
  try {
    const name = path.join(folder, 'fifo')
    const made = await runChild('mkfifo', ['--mode=600', name], { timeoutMs: 30_000 })
    if (made.code !== 0)
      throw new EzrecError('internal', `no pipe could be made: ${made.stderr.trim()}`, {
        hint: `look at the space and the rights of ${tmpdir()}`,
      })
    // A reading end first, without waiting for a writer: then the two that are wanted find each other and do not wait either.
    const opener = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const writeFd = openSync(name, 'w')
      try {
        return { readFd: openSync(name, 'r'), writeFd }
      } catch (error) {
        closeSync(writeFd)
        throw error
      }
    } finally {
      closeSync(opener)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
