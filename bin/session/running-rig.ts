// Which cameras and what sound the services of a home were started with, so that a recording is never made with others than those that were asked for.
// Never tells a source: an address may hold a password, so only a digest of them is kept.

import { createHash } from 'node:crypto'
import path from 'node:path'
import type { Settings } from '../../config/settings.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { readIfPresent, writeDurably } from '../../src/base/files.ts'

const rigFile = (home: string): string => path.join(home, 'running-rig.txt')

const digestOf = ({ camera }: Settings): string =>
  createHash('sha256')
    .update(JSON.stringify([camera.left, camera.right, camera.sound, camera.width, camera.height, camera.fps, camera.rigId]))
    .digest('hex')

/** Said by the parent before it starts its services. */
export const tellRig = (settings: Settings): Promise<void> => writeDurably(rigFile(settings.paths.home), `${digestOf(settings)}\n`)

/** Errors: conflict, when the services that run use other cameras, size or rate than these settings. */
export async function assertSameRig(settings: Settings): Promise<void> {
  const running = await readIfPresent(rigFile(settings.paths.home))
  if (running === undefined || running.trim() === digestOf(settings)) return
  throw new EzrecError(
    'conflict',
    'the EZREC that runs on this home uses other cameras or sound, or another size or rate, than asked for here',
    {
      hint: 'leave out the CAMERA_, SOUND and RESOLUTION variables to record with its cameras, or give this recording a home of its own with --home',
    },
  )
}
