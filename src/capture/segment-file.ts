// One segment while it is written: its bytes, its hash, and how much of it is known to stand on the disk.
// After a failed sync it is never synced again: the kernel may have dropped the pages and would call the next one good.

import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { EzrecError } from '../base/errors.ts'

export type SegmentFile = {
  readonly number: number
  /** Writes all of it, in order. A disk that takes a part of it and then no more has taken that part. */
  write(pieces: readonly Buffer[]): Promise<void>
  /** Makes durable what is written so far; may run beside a write. */
  sync(): Promise<void>
  /** Makes all of it durable; nothing may be written afterwards. */
  finish(): Promise<void>
  readonly bytes: number
  /** As many bytes from the start were there when a sync last succeeded. */
  readonly durableBytes: number
  readonly syncFailed: boolean
  /** SHA-256 of what was written, in hexadecimal; once. */
  sha256(): string
  close(): Promise<void>
}

/** Makes the file, which must not exist. */
export async function createSegmentFile(file: string, number: number): Promise<SegmentFile> {
  const handle = await open(file, 'ax')
  const hash = createHash('sha256')
  let bytes = 0
  let durableBytes = 0
  let syncFailed = false

  const durably = async (sync: () => Promise<void>): Promise<void> => {
    if (syncFailed) throw new EzrecError('internal', `${file} was given up by the disk`, { hint: 'look at the disk (dmesg, smartctl)' })
    const covered = bytes
    try {
      await sync()
    } catch (error) {
      syncFailed = true
      throw error
    }
    if (!syncFailed) durableBytes = Math.max(durableBytes, covered)
  }

  return {
    number,
    write: async (pieces) => {
      for (let rest = pieces; rest.length > 0;) {
        const { bytesWritten } = await handle.writev([...rest])
        if (bytesWritten === 0)
          throw new EzrecError('internal', `the disk took nothing of ${file}`, { hint: 'look at the disk (dmesg, smartctl)' })
        rest = afterBytes(rest, bytesWritten, (written) => hash.update(written))
        bytes += bytesWritten
      }
    },
    sync: () => durably(() => handle.datasync()),
    finish: () => durably(() => handle.sync()),
    get bytes() {
      return bytes
    },
    get durableBytes() {
      return durableBytes
    },
    get syncFailed() {
      return syncFailed
    },
    sha256: () => hash.digest('hex'),
    close: () => handle.close(),
  }
}

/** What is left behind the first `count` bytes, which `onWritten` gets. */
function afterBytes(pieces: readonly Buffer[], count: number, onWritten: (bytes: Buffer) => void): readonly Buffer[] {
  let left = count
  for (const [n, piece] of pieces.entries()) {
    if (piece.length > left) {
      onWritten(piece.subarray(0, left))
      return [piece.subarray(left), ...pieces.slice(n + 1)]
    }
    onWritten(piece)
    left -= piece.length
  }
  return []
}
