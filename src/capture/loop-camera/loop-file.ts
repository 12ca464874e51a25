// A loop on disk: H.264 access units in one file, their sizes in an index beside it; written once, read a group of pictures at a time.
// Never decodes, never holds the whole loop in memory.

import { open, readFile, stat, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { EzrecError } from '../../base/errors.ts'
import { sha256OfFile } from '../../base/files.ts'
import { fieldsOf } from './fields.ts'

/** Each group holds `groupFrames` pictures and one more that repeats the last, shown only when drift asks for it. */
export type LoopIndex = {
  readonly version: 2
  readonly width: number
  readonly height: number
  readonly fps: number
  /** The loop's frame that the first group begins with. */
  readonly firstFrame: number
  /** Scene frames from one group to the next. */
  readonly groupFrames: number
  readonly sha256: string
  readonly gops: readonly { readonly offset: number; readonly sizes: readonly number[] }[]
}

/** Errors: TypeError that names the field. */
export function readLoopIndex(value: unknown): LoopIndex {
  const given = fieldsOf(value, 'loop index')
  const count = (name: string, least: number): number => given.number(name, { least, whole: true })
  if (given.number('version') !== 2) throw new TypeError('loop index: of another version')
  return {
    version: 2,
    width: count('width', 1),
    height: count('height', 1),
    fps: count('fps', 1),
    firstFrame: count('firstFrame', 0),
    groupFrames: count('groupFrames', 1),
    sha256: given.text('sha256'),
    gops: given.objects('gops').map((gop) => ({
      offset: gop.number('offset', { least: 0, whole: true }),
      sizes: gop.numbers('sizes', { least: 1, whole: true }),
    })),
  }
}

export const loopStreamName = 'loop.h264'
export const loopIndexName = 'loop.json'

export type Loop = AsyncDisposable & {
  readonly index: LoopIndex
  /** The access units of the group that begins with this scene frame (since boot), the repeat last. */
  readGop(sceneFrame: number): Promise<readonly Uint8Array[]>
}

/** Opens a loop folder. Errors: `media_unreadable` when it is not whole. */
export async function openLoop(folder: string): Promise<Loop> {
  const index = await readIndex(folder)
  const file = await open(path.join(folder, loopStreamName), 'r')
  return {
    index,
    readGop: (sceneFrame) => readUnits(file, index, gopAt(index, sceneFrame)),
    [Symbol.asyncDispose]: () => file.close(),
  }
}

/** Whether the folder holds a whole loop with these contents, byte for byte as it was written. */
export async function isWholeLoop(folder: string, signal?: AbortSignal): Promise<boolean> {
  try {
    const index = await readIndex(folder)
    return index.sha256 === (await sha256OfFile(path.join(folder, loopStreamName), signal))
  } catch {
    return false // whatever is wrong with it, it is made anew
  }
}

/** Number of the group, modulo the loop's length, that begins with this scene frame. */
function gopAt(index: LoopIndex, sceneFrame: number): number {
  const since = Math.floor((sceneFrame - index.firstFrame) / index.groupFrames)
  return ((since % index.gops.length) + index.gops.length) % index.gops.length
}

async function readIndex(folder: string): Promise<LoopIndex> {
  const file = path.join(folder, loopIndexName)
  try {
    const index = readLoopIndex(JSON.parse(await readFile(file, 'utf8')))
    const { size } = await stat(path.join(folder, loopStreamName))
    const last = index.gops.at(-1)
    if (last === undefined || last.offset + total(last.sizes) > size) throw new RangeError('the index names more than the file holds')
    return index
  } catch (cause) {
    throw new EzrecError('media_unreadable', `no whole camera loop in ${folder}`, {
      hint: 'remove this folder: it is made anew at the next start',
      facts: { path: folder },
      cause,
    })
  }
}

async function readUnits(file: FileHandle, index: LoopIndex, number: number): Promise<readonly Uint8Array[]> {
  const gop = index.gops[number]
  if (gop === undefined) throw new RangeError(`no group ${number}`)
  const bytes = Buffer.alloc(total(gop.sizes))
  const { bytesRead } = await file.read(bytes, 0, bytes.length, gop.offset)
  if (bytesRead !== bytes.length) throw new RangeError(`the loop ends within group ${number}`)
  let at = 0
  return gop.sizes.map((size) => bytes.subarray(at, (at += size)))
}

const total = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size, 0)
