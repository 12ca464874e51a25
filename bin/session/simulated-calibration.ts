// A panorama of the simulated rig out of the box: what is known of its geometry becomes the rig's calibration.
// Never touches the calibration of cameras that exist.

import type { Settings } from '../../config/settings.ts'
import { formatOf } from '../../src/app.ts'
import { instant } from '../../src/booking/booking.ts'
import { calibrationOfSources } from '../../src/capture/drivers/simulated-rig.ts'
import { calibrationSchema } from '../../src/merge/stitch/calibration.ts'
import { installCalibration, readRigCalibration } from '../../src/merge/stitch/rig-calibration.ts'

/** Does nothing unless a panorama of a drawn rig is asked for, and its calibration is another one. */
export async function calibrateSimulated(settings: Settings, nowMs: number): Promise<void> {
  const { camera, merge, paths } = settings
  if (merge.layout !== 'panorama') return
  const known = calibrationOfSources(camera.left, camera.right, formatOf(settings))
  if (!known) return
  const calibration = calibrationSchema.parse(known)
  const current = await readRigCalibration(paths.home, camera.rigId).catch(() => undefined) // a damaged one is replaced
  if (JSON.stringify(current) !== JSON.stringify(calibration))
    await installCalibration(paths.home, camera.rigId, calibration, instant(nowMs))
}
