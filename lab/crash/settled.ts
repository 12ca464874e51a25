// Whether a life that has nothing left to do by its rows has done its other duties, too: files tidied, manifests told.
// Judges nothing: a life that never gets there ends all the same, and is judged by what it left.

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { App } from '../../src/app.ts'
import { recordingStateOf, type Recording } from '../../src/capture/recording.ts'
import { markerOf } from '../../src/publish/manifest.ts'
import { filesHaveRowsOracle } from '../../src/system/oracles/files-have-rows.ts'

/** Real time. A worker's first look at everything takes some 0.2 s. */
const patienceMs = 5_000

/** Answers true from the first look at which all is done, or once it has been asked for five seconds without `isIdle` being false in between. */
export function openPatience({
  db,
  settings: { paths },
}: App): (isIdle: boolean, recordings: readonly Recording[], signal: AbortSignal) => Promise<boolean> {
  let askedSinceMs: number | undefined
  return async (isIdle, recordings, signal) => {
    askedSinceMs = isIdle ? (askedSinceMs ?? performance.now()) : undefined
    if (askedSinceMs === undefined) return false
    if (performance.now() - askedSinceMs > patienceMs) return true
    const { takes: takesFolder, recordings: recordingsFolder, store: storeFolder } = paths
    const told = await Promise.all(recordings.map((recording) => isTold(path.join(recordingsFolder, recording.folder), recording)))
    if (told.includes(false)) return false
    return (await filesHaveRowsOracle.findings({ db, takesFolder, recordingsFolder, storeFolder, deep: false, signal })).length === 0
  }
}

async function isTold(folder: string, recording: Recording): Promise<boolean> {
  const text = await readFile(path.join(folder, 'recording.json'), 'utf8').catch(() => '{}') // not written yet
  const { state } = z.object({ state: z.string().optional() }).parse(JSON.parse(text))
  return state === recordingStateOf(recording.steps) && existsSync(path.join(folder, `recording${markerOf(recording) ?? '.json'}`))
}
