// Parts of published films, cut by copy at key frames: made one at a time in idle time, kept for a day in a folder that stays small.
// Never touches a film, and never keeps a part for ever: it can be made again.

import { rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { clipArgs, inIdleTime, indexArgs } from '../adapters/ffmpeg-companions.ts'
import type { Clock } from '../base/clock.ts'
import { EzrecError } from '../base/errors.ts'
import { fileError, freeBytes, makeFolder } from '../base/files.ts'
import { openGate } from '../base/gate.ts'
import { runChild } from '../base/process.ts'
import { clipLimits, clipsToDrop, listClips } from './clip-cache-policy.ts'

export const longestClipSeconds = 600

export type Clip = { readonly videoId: string; readonly film: string; readonly fromMs: number; readonly toMs: number }

export type Clips = {
  /** The file of a part: as it is kept, or made now. Errors: rate_limited (too many wait), disk_full, media_unreadable, timeout. */
  make(clip: Clip): Promise<string>
}

const mostWaiting = 8
const spareBytes = 2e9
const timeoutMs = 120_000

/** `lookForRoom` throws when so many seconds of film would take room that is promised to what is booked. */
export function openClips(folder: string, clock: Pick<Clock, 'nowMs'>, lookForRoom: (seconds: number) => Promise<void>): Clips {
  const gate = openGate(1)
  const dropOld = async (): Promise<void> => {
    for (const name of clipsToDrop(await listClips(folder), clock.nowMs())) await rm(path.join(folder, name), { force: true })
  }
  const sweep = (): void => void dropOld().catch(() => undefined) // the next one tries again
  sweep()
  const making = new Map<string, Promise<string>>()
  const make = async (clip: Clip, file: string): Promise<string> => {
    using turn = await gate.enter(AbortSignal.timeout(timeoutMs))
    if (!turn) throw new EzrecError('timeout', 'other parts of films are being made', { hint: 'ask again in a minute' })
    await makeFolder(folder)
    await dropOld()
    if (!(await isThere(file))) await cut(clip, file, lookForRoom)
    setTimeout(sweep, clipLimits.ageMs + 1_000).unref()
    return file
  }
  return {
    make: async (clip) => {
      const file = path.join(folder, `${clip.videoId}-${clip.fromMs}-${clip.toMs}.mp4`)
      if (await isThere(file)) return file
      const under = making.get(file)
      if (under) return under
      if (making.size >= mostWaiting)
        throw new EzrecError('rate_limited', 'too many parts of films are being made', {
          hint: 'ask again in a minute',
          facts: { retryAfterSeconds: 30 },
        })
      const made = make(clip, file).finally(() => making.delete(file))
      making.set(file, made)
      return made
    },
  }
}

async function cut({ film, fromMs, toMs }: Clip, file: string, lookForRoom: (seconds: number) => Promise<void>): Promise<void> {
  const { size } = await stat(film).catch((cause: unknown) => {
    throw new EzrecError('not_found', 'the film is not on this box any more', { hint: 'it may have been swept', cause })
  })
  if ((await freeBytes(path.dirname(file))) < size + spareBytes)
    throw new EzrecError('disk_full', 'the disk has no room for a part of a film', { hint: 'free some space' })
  await lookForRoom((toMs - fromMs) / 1_000)
  const unfinished = `${file}.${process.pid}.tmp`
  try {
    const args = clipArgs(film, unfinished, { fromSeconds: fromMs / 1_000, seconds: (toMs - fromMs) / 1_000 })
    const { code, stderr } = await runChild(...inIdleTime('ffmpeg', args), { timeoutMs, stopSignals: ['SIGKILL'] })
    const told = code === 0 ? await runChild('ffprobe', indexArgs(unfinished), { timeoutMs: 30_000 }) : undefined
    if (!/"nb_frames": "[1-9]/.test(told?.stdout.toString('utf8') ?? ''))
      throw new EzrecError('media_unreadable', 'a part of a film could not be cut', {
        hint: 'run ./ezrec fsck --deep',
        facts: { stderr: stderr.slice(-200) },
      })
    await rename(unfinished, file)
  } catch (error) {
    throw fileError(error, file)
  } finally {
    await rm(unfinished, { force: true })
  }
}

const isThere = async (file: string): Promise<boolean> => (await stat(file).catch(() => undefined)) !== undefined
