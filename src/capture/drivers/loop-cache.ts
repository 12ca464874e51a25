// Loops ready to play, made once and kept: a loop appears under its name whole or not at all.
// Never trusts a kept loop: its hash is compared; a broken one is made anew.

import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { EzrecError, errnoOf } from '../../base/errors.ts'
import { fileError, makeFolder } from '../../base/files.ts'
import { newId } from '../../base/ids.ts'
import { startChild } from '../../base/process.ts'
import { processStartTicks } from '../../base/process-look.ts'
import { isWholeLoop } from '../loop-camera/loop-file.ts'
import { loopKey, type LoopOrder } from './loop-order.ts'
import { makerLineSchema } from './maker-line.ts'

export type LoopCache = {
  readonly folder: string
  readonly signal?: AbortSignal | undefined
  /** `fraction` grows from 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined
}

/** The folder of a whole loop, made if it is not there. Two processes at once do the work twice and keep one of the two.
 *  Errors: `disk_full`, `media_unreadable`, `program_missing`, `canceled`. */
export async function ensureLoop(order: LoopOrder, cache: LoopCache): Promise<string> {
  const kept = path.join(cache.folder, loopKey(order))
  if (await isWholeLoop(kept, cache.signal)) return kept
  await makeFolder(cache.folder)
  await removeAbandoned(cache.folder)
  const making = path.join(cache.folder, `${makingPrefix}${process.pid}-${newId()}`)
  try {
    await mkdir(making)
    await runMaker(order, making, cache)
    await keep(making, kept)
  } catch (error) {
    throw fileError(error, cache.folder)
  } finally {
    await rm(making, { recursive: true, force: true })
  }
  return kept
}

const makingPrefix = 'making-'

/** Renames into place; where a whole one has appeared meanwhile, that one stays. */
async function keep(making: string, kept: string): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      return await rename(making, kept)
    } catch (error) {
      if (errnoOf(error) !== 'ENOTEMPTY' && errnoOf(error) !== 'EEXIST') throw error
      if (await isWholeLoop(kept)) return
      await rm(kept, { recursive: true, force: true })
    }
  }
  throw new EzrecError('conflict', `another process keeps writing ${kept}`, { hint: 'stop the other one, then start again' })
}

/** Half-made loops of processes that are gone. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = new RegExp(`^${makingPrefix}(\\d+)-`).exec(name)?.[1]
    if (pid !== undefined && processStartTicks(Number(pid)) === undefined)
      await rm(path.join(folder, name), { recursive: true, force: true })
  }
}

const makerProgram = fileURLToPath(new URL('make-loop.ts', import.meta.url))

/** In a process of its own: drawing and decoding must not keep the caller from its other work. */
async function runMaker(order: LoopOrder, folder: string, cache: LoopCache): Promise<void> {
  let failure: EzrecError | undefined
  await using maker = await startChild(process.execPath, [makerProgram, JSON.stringify(order), folder], {
    stdout: 'pipe',
    ...(cache.signal ? { signal: cache.signal } : {}),
  })
  let partial = ''
  maker.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (partial + text).split('\n')
    partial = lines.pop() ?? ''
    for (const line of lines) {
      const said = makerLineSchema.parse(JSON.parse(line))
      if ('fraction' in said) cache.onProgress?.(said.fraction)
      else failure = new EzrecError(said.error.code, said.error.message, { hint: said.error.hint })
    }
  })
  const exit = await maker.exited
  if (cache.signal?.aborted === true)
    throw new EzrecError('canceled', 'making a camera loop was stopped', { hint: 'nothing to do: somebody asked for it' })
  if (failure !== undefined) throw failure
  if (exit.code !== 0)
    throw new EzrecError('internal', 'the loop maker ended without a result', {
      hint: 'look at the machine: memory or the disk may be full',
      facts: { code: exit.code, signal: exit.signal, stderr: maker.stderrTail().slice(-500) },
    })
}
