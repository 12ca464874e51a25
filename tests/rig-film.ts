// A film of one simulated camera, as if somebody had begun to film at that moment of the match; made without real time.
// Never re-encodes: it is what the camera gave.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { runChild } from '../src/base/process.ts'
import type { RigFormat } from '../src/capture/pitch/rig-format.ts'
import type { Camera } from '../src/capture/take.ts'
import { rigEnvironment } from './real-session.ts'
import { openRigTake } from './rig-take.ts'
import type { TemporaryFolder } from './temporary-folder.ts'

export type RigFilm = { readonly format: RigFormat; readonly fromScene: number; readonly segments: number }

/** The file's name: an MP4 in the folder. */
export async function rigFilm(folder: TemporaryFolder, camera: Camera, { format, fromScene, segments }: RigFilm): Promise<string> {
  const takesFolder = folder.file(`takes-${camera}`)
  const cacheFolder = rigEnvironment.CACHE_DIR
  const take = await openRigTake({ camera, format, cacheFolder, takesFolder, fromMs: 0, fromUs: 0, fromScene, segments })
  while (take.next());
  const files = readdirSync(takesFolder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const input = Buffer.concat(files.toSorted().map((name) => readFileSync(path.join(takesFolder, name))))
  const film = folder.file(`${camera}.mp4`)
  const { code, stderr } = await runChild('ffmpeg', ['-loglevel', 'error', '-y', '-f', 'mpegts', '-i', '-', '-c', 'copy', film], { input })
  assert.equal(code, 0, stderr)
  return film
}
