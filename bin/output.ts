// The one way to stdout: every byte of the result gets there, or it is known that it did not. For the life of the process.
// Never writes again after a fault, and never throws one: who asks at the end is told.

import { fstatSync, writeSync } from 'node:fs'
import { errnoOf } from '../src/base/errors.ts'

export type Output = {
  readonly write: (text: string) => void
  /** Resolves when all is written: to the fault, if something was lost that somebody waits for. */
  settled(): Promise<Error | undefined>
}

/** `onDeaf`: nobody reads our result any more (`ezrec ... | head`), which is no fault. */
export function openOutput(onDeaf: () => void): Output {
  let fault: Error | undefined
  let last: Promise<void> = Promise.resolve()
  const note = (error: Error): void => {
    if (fault === undefined && errnoOf(error) === 'EPIPE') onDeaf()
    fault ??= error
  }
  const { stdout } = process
  const writesWhole = isFile() ? writeToFile : undefined
  stdout.on('error', note) // never taken off: the fault of the last write arrives late
  return {
    write: (text) => {
      if (fault !== undefined) return
      try {
        if (writesWhole) writesWhole(text)
        else
          last = new Promise((resolve) =>
            stdout.write(text, (error) => {
              if (error) note(error)
              resolve()
            }),
          )
      } catch (error) {
        note(error instanceof Error ? error : new Error(String(error)))
      }
    },
    settled: async () => {
      await last
      return fault !== undefined && errnoOf(fault) === 'EPIPE' ? undefined : fault
    },
  }
}

/** A file, or a device that is no terminal. */
function isFile(): boolean {
  const facts = fstatSync(1)
  return facts.isFile() || (facts.isCharacterDevice() && !process.stdout.isTTY)
}

/** Node's own stream takes a short write, of a disk that is filling up, for a whole one. */
function writeToFile(text: string): void {
  const bytes = Buffer.from(text)
  for (let written = 0; written < bytes.length;) written += writeSync(1, bytes, written)
}
