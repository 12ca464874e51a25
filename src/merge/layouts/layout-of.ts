// The layout of a recording's film, as its row fixes it: what was set when it was opened, whatever is set now.
// Pure.

import type { Recording } from '../../capture/recording.ts'
import { turnedSize } from '../picture.ts'
import type { Layout } from './canvas.ts'
import { sideBySide } from './side-by-side.ts'

export function layoutOf({ cameraWidth, cameraHeight, rotation }: Pick<Recording, 'cameraWidth' | 'cameraHeight' | 'rotation'>): Layout {
  const camera = { width: cameraWidth, height: cameraHeight }
  return sideBySide(turnedSize(camera, rotation.left), turnedSize(camera, rotation.right))
}
