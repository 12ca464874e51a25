// Asks rpicam-vid which CSI cameras there are, once a boot: listing takes hold of every camera, so it is never done while one records.
// Never starts a camera.

import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { bootId } from '../../base/clock.ts'
import { EzrecError, errnoOf } from '../../base/errors.ts'
import { makeFolder, readIfPresent, writeDurably } from '../../base/files.ts'
import { runChild } from '../../base/process.ts'
import { causeOf } from './failure-cause.ts'
import { parseCameraListing, type CsiCamera } from './rpicam-listing.ts'
import { jsonOf } from '../../base/json.ts'

export const rpicamProgram = 'rpicam-vid'

export type ListingOptions = {
  /** Where the listing of this boot is kept. */
  readonly cacheFolder: string
  /** `/proc`, or what stands in for it in a test. */
  readonly procFolder: string
  readonly signal?: AbortSignal | undefined
  /** What was kept serves when it holds this camera; without a path it always does. */
  readonly wanted?: string
  /** Asks anew whatever was kept: for people who look. */
  readonly anew?: boolean
}

const keptSchema = z.object({ bootId: z.string(), text: z.string().max(100_000) })

/** The CSI cameras of this machine. Errors: `program_missing`, `conflict` (a camera records), `camera_missing` (the program failed), `timeout`. */
export async function listCsiCameras(options: ListingOptions): Promise<CsiCamera[]> {
  const kept = options.anew === true ? undefined : await readKept(options.cacheFolder)
  if (kept && kept.length > 0 && (options.wanted === undefined || kept.some(({ path: at }) => at === options.wanted))) return kept
  return (underway ??= ask(options).finally(() => (underway = undefined)))
}

/** Two sides made ready at once share one question: two listings would take the cameras from each other. */
let underway: Promise<CsiCamera[]> | undefined

async function ask({ cacheFolder, procFolder, signal }: ListingOptions): Promise<CsiCamera[]> {
  const holder = await runningCamera(procFolder)
  if (holder !== undefined)
    throw new EzrecError('conflict', `the CSI cameras cannot be looked for: process ${holder} has one of them`, {
      hint: 'wait until the recording has ended; if none is running, end that process',
      facts: { pid: holder },
    })
  const answer = await runChild(rpicamProgram, ['--list-cameras'], { timeoutMs: 20_000, ...(signal ? { signal } : {}) })
  const text = answer.stdout.toString()
  const cameras = parseCameraListing(text)
  if (cameras.length === 0 && answer.code !== 0) {
    const { code, fault, mend } = causeOf(answer.stderr)
    throw new EzrecError('camera_missing', `${rpicamProgram} could not list the cameras: ${fault}`, { hint: mend, facts: { cause: code } })
  }
  await makeFolder(cacheFolder)
  const kept = JSON.stringify({ bootId: bootId(), text })
  if (kept !== (await readIfPresent(keptFile(cacheFolder)))) await writeDurably(keptFile(cacheFolder), kept)
  return cameras
}

const keptFile = (cacheFolder: string): string => path.join(cacheFolder, 'csi-cameras.json')

async function readKept(cacheFolder: string): Promise<CsiCamera[] | undefined> {
  const text = await readIfPresent(keptFile(cacheFolder))
  const kept = keptSchema.safeParse(jsonOf(text ?? ''))
  return kept.success && kept.data.bootId === bootId() ? parseCameraListing(kept.data.text) : undefined
}

/** A process of this machine that holds CSI cameras, by the names of the programs that do. Source: proc_pid_comm(5). */
async function runningCamera(procFolder: string): Promise<number | undefined> {
  for (const name of await readdir(procFolder)) {
    if (!/^\d+$/.test(name)) continue
    const comm = await readFile(path.join(procFolder, name, 'comm'), 'utf8').catch((error: unknown) => {
      if (errnoOf(error) === undefined) throw error
      return '' // it has just ended
    })
    if (/^(rpicam|libcamera)-/.test(comm)) return Number(name)
  }
  return undefined
}
