// Which parts of films are thrown away: what is older than a day, then the oldest beyond so many and so many bytes.
// Pure, but for the list itself.

import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'

export type KeptClip = { readonly name: string; readonly bytes: number; readonly atMs: number }

export const clipLimits = { ageMs: 24 * 3_600_000, files: 32, bytes: 4e9 } as const

/** Room is left for one more. A clip from the future (the clock was set back) is as good as old. */
export function clipsToDrop(
  clips: readonly KeptClip[],
  nowMs: number,
  limits: { ageMs: number; files: number; bytes: number } = clipLimits,
): string[] {
  let files = 0
  let bytes = 0
  return clips
    .toSorted((a, b) => b.atMs - a.atMs)
    .filter((clip) => {
      const isOld = clip.atMs < nowMs - limits.ageMs || clip.atMs > nowMs + limits.ageMs
      if (isOld || files + 1 >= limits.files || bytes + clip.bytes > limits.bytes) return true
      files += 1
      bytes += clip.bytes
      return false
    })
    .map(({ name }) => name)
}

/** Files of ours in the folder, unfinished ones of a life that was killed among them. */
export async function listClips(folder: string): Promise<KeptClip[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^\w+-\d+-\d+\.mp4(\.\d+\.tmp)?$/.test(name))
  const kept = await Promise.all(
    names.map(async (name) => {
      const facts = await stat(path.join(folder, name)).catch(() => undefined)
      return facts && { name, bytes: facts.size, atMs: facts.mtimeMs }
    }),
  )
  return kept.flatMap((each) => each ?? [])
}
