// The merged film as a file: its body grows in a folder beside the place it goes to, the header is put in front last, then the name.
// Never shows half a film under its own name; replaces one that is there only when told to.

import { link, rename } from 'node:fs/promises'
import path from 'node:path'
import { EzrecError, errnoOf } from '../../src/base/errors.ts'
import { fileError, syncFolder } from '../../src/base/files.ts'
import type { FilmSink } from '../../src/merge/merge-films.ts'
import { headerRoom, progressiveHeader, type LedgerChunk } from '../../src/publish/progressive-mp4.ts'
import { localFolderStore } from '../../src/publish/stores/local-folder.ts'
import { openWorkFolder, taken } from './work-folder.ts'

export type FilmFile = FilmSink & {
  /** A chunk as a ledger tells of it. */
  add(payload: Buffer, runs: LedgerChunk['runs']): Promise<void>
  /** Gives the film its name. Errors: conflict when one is there and `force` was not asked for. */
  finish(force: boolean): Promise<{ readonly bytes: number }>
  /** What is not finished is gone. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Room for a film that is longer than its sources told, in seconds. */
const spareSeconds = 60

export async function openFilmFile(
  file: string,
  film: { seconds: number; fps: number; chunkSeconds: number; sound?: boolean },
): Promise<FilmFile> {
  const folder = path.dirname(file)
  const beside = await openWorkFolder(file)
  const store = localFolderStore(beside.path)
  const headerBytes = headerRoom(film.seconds + spareSeconds, film.fps, film.chunkSeconds, { sound: film.sound === true })
  const deposit = await store.deposit('film.mp4', { headerBytes, bodyBytes: 0 })
  const chunks: LedgerChunk[] = []
  let init: Buffer | undefined
  const add: FilmFile['add'] = async (payload, runs) => {
    await deposit.append(payload)
    chunks.push({ payloadBytes: payload.length, runs })
  }
  return {
    init: async (bytes) => void (init = bytes),
    add,
    chunk: (payload, runs) =>
      add(
        payload,
        runs.map((run) => ({ ...run, sampleSizes: sizesOf(run.sampleSizes) })),
      ),
    finish: async (force) => {
      if (!init) throw new EzrecError('media_unreadable', 'there is nothing to write', { hint: 'neither film gave a picture' })
      const { bytes } = await deposit.finish(progressiveHeader(init, chunks, headerBytes))
      await (force ? rename : link)(store.pathOf('film.mp4'), file).catch((error: unknown) => {
        throw errnoOf(error) === 'EEXIST' ? taken(file) : fileError(error, file)
      })
      await syncFolder(folder)
      return { bytes }
    },
    [Symbol.asyncDispose]: async () => {
      await deposit.close()
      await beside[Symbol.asyncDispose]()
    },
  }
}

/** As in an stsz box. */
function sizesOf(sizes: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(sizes.length * 4)
  for (const [n, size] of sizes.entries()) bytes.writeUInt32BE(size, n * 4)
  return bytes
}
