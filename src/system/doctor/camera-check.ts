// The two cameras as the settings name them: can they be used on this machine, and can this board record them.
// Starts none and asks none while the recorder films: two programs at one camera cost footage.

import type { Settings } from '../../../config/settings.ts'
import { lookAtRig } from '../camera-look.ts'
import { healthy, unasked, unhealthy, type Finding } from './finding.ts'

export async function lookAtCameras(
  { camera, paths }: Pick<Settings, 'camera' | 'paths'>,
  isRecording: boolean,
  signal: AbortSignal,
): Promise<Finding[]> {
  if (isRecording) return [unasked('camera sources', 'not while the cameras record; the check of cameras says how they are')]
  const { width, height, fps } = camera
  const sources = { left: camera.left, right: camera.right }
  const look = await lookAtRig({ sources, format: { width, height, fps }, tuning: camera, cacheFolder: paths.cache }, signal)
  return look.cameras.map(({ camera: side, kind, source, fault, hint, remarks }) => {
    const name = `${side} camera`
    if (fault !== null) return unhealthy(name, `${source}: ${fault}`, hint ?? './ezrec cameras list tells what is connected')
    if (kind === 'simulated') return healthy(name, 'simulated: a drawn match, no camera')
    return healthy(name, [source, ...remarks].join('; '))
  })
}
