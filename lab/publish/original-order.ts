// The original's order on the same tracks: when the recording is over they are merged, then compressed, then sent.
// Never given less than it had: its encodes are those of `bench merge`, and its upload has the network to itself.

import { readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { EzrecError } from '../../src/base/errors.ts'
import type { Bucket } from '../../src/publish/stores/s3/bucket.ts'
import { servicesChain } from '../merge/chains.ts'
import { round } from '../run-job.ts'

export type OriginalOrder = { readonly mergeSeconds: number; readonly uploadSeconds: number; readonly afterTheEndSeconds: number }

/** `takesFolder`: of a session that is over. Seconds after the end of the recording until its film is in the bucket. */
export async function originalOrder(takesFolder: string, folder: string, bucket: Bucket, signal: AbortSignal): Promise<OriginalOrder> {
  const [left, right] = [await joinTrack(takesFolder, 'left', folder), await joinTrack(takesFolder, 'right', folder)]
  const startedMs = performance.now()
  const { output = '' } = await servicesChain({ left, right, logo: '' }, folder)(signal)
  const mergedMs = performance.now()
  await bucket.put('original.mp4', await readFile(output), 'video/mp4', signal)
  const sentMs = performance.now()
  const seconds = (fromMs: number, toMs: number): number => round((toMs - fromMs) / 1_000)
  return {
    mergeSeconds: seconds(startedMs, mergedMs),
    uploadSeconds: seconds(mergedMs, sentMs),
    afterTheEndSeconds: seconds(startedMs, sentMs),
  }
}

/** The segments of a camera end to end, as the one file that the original recorded. */
async function joinTrack(takesFolder: string, camera: string, folder: string): Promise<string> {
  const inTake = new RegExp(`-${camera}/[^/]+\\.ts$`)
  const files = (await readdir(takesFolder, { recursive: true })).filter((name) => inTake.test(name)).toSorted()
  if (files.length === 0) throw new EzrecError('not_found', `no footage of the ${camera} camera in ${takesFolder}`, { hint: 'report this' })
  const track = path.join(folder, `${camera}.ts`)
  await writeFile(track, Buffer.concat(await Promise.all(files.map((name) => readFile(path.join(takesFolder, name))))))
  return track
}
