// A file of the box as an answer: a range of it or all, read as fast as the client takes it, closed when the client goes.
// Never follows a link and never takes a path from a request: rows name the files.

import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { EzrecError, errnoOf } from '../../base/errors.ts'
import { rangedAnswer, type RangedFacts } from './ranged-answer.ts'

export type FileFacts = Omit<RangedFacts, 'size'> & { readonly path: string }

/** Errors: not_found, range_not_satisfiable. */
export async function fileAnswer({ path, ...facts }: FileFacts, request: { method: string; headers: Headers }): Promise<Response> {
  const handle = await openFile(path)
  let kept = false
  try {
    const { size } = await handle.stat()
    const answer = rangedAnswer({ ...facts, size }, request)
    if (answer instanceof Response) return answer
    kept = true
    return new Response(bytesOf(handle, answer.first, answer.last), answer.head)
  } finally {
    if (!kept) await handle.close()
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  } catch (cause) {
    if (errnoOf(cause) !== 'ENOENT' && errnoOf(cause) !== 'ELOOP') throw cause
    throw new EzrecError('not_found', 'the file is not there any more', { hint: 'it may have been swept', cause })
  }
}

const pieceBytes = 256 * 1024

function bytesOf(handle: FileHandle, first: number, last: number): ReadableStream<Uint8Array> {
  let at = first
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const want = Math.min(pieceBytes, last - at + 1)
        const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(want), 0, want, at).catch(async (error: unknown) => {
          await handle.close()
          throw error
        })
        at += bytesRead
        if (bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead))
        if (bytesRead > 0 && at <= last) return
        await handle.close()
        if (at > last) controller.close()
        else controller.error(new Error('the file became shorter'))
      },
      cancel: () => handle.close(),
    },
    { highWaterMark: 0 },
  )
}
