// The chunks and clips of a recording whose rows are gone, removed by their names.
// Never removes what is not ours: that stays with its folder, and fsck tells of it.

import { readdir, rm, rmdir } from 'node:fs/promises'
import path from 'node:path'
import { errnoOf } from '../base/errors.ts'
import { syncFolder } from '../base/files.ts'

const unfinished = String.raw`(\.\d+\.[0-9a-z]{1,6}\.tmp)?`
const own = {
  chunks: new RegExp(`^(\\d{6}\\.m4s|(init|intro|outro)\\.mp4)${unfinished}$`),
  clips: new RegExp(`^\\w+-((left|right)-\\d+|phone)\\.mp4${unfinished}$`),
} as const

/** Safe to run again. Errors: those of the disk. */
export async function removeOwnFiles(recordingFolder: string): Promise<void> {
  for (const [name, pattern] of Object.entries(own)) {
    const folder = path.join(recordingFolder, name)
    for (const each of await namesIn(folder)) if (pattern.test(each)) await rm(path.join(folder, each), { force: true })
    await syncFolder(folder).catch(() => undefined) // a folder that is gone holds nothing
    await rmdir(folder).catch((error: unknown) => {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '')) throw error
    })
  }
}

const namesIn = (folder: string): Promise<string[]> =>
  readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  })
