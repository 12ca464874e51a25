// The layout of a recording's film, as its row fixes it: what was set when it was opened, whatever is set now.
// Pure. Draws less than was asked for when it must, and says so by its name.

import type { Arrangement } from '../../capture/arrangement.ts'
import type { Recording } from '../../capture/recording.ts'
import { turnedSize } from '../picture.ts'
import type { Layout, Sizes } from './canvas.ts'
import { pictureInPicture } from './picture-in-picture.ts'
import { sideBySide } from './side-by-side.ts'
import { single } from './single.ts'
import { stacked } from './stacked.ts'

export function layoutOf(recording: Arrangement & Pick<Recording, 'cameraWidth' | 'cameraHeight'>): Layout {
  const camera = { width: recording.cameraWidth, height: recording.cameraHeight }
  const { rotation } = recording
  return openLayout(recording, { left: turnedSize(camera, rotation.left), right: turnedSize(camera, rotation.right) })
}

/** For pictures of these sizes, turned. */
export function openLayout(
  { layout, mainCamera, insetCorner }: Pick<Arrangement, 'layout' | 'mainCamera' | 'insetCorner'>,
  sizes: Sizes,
): Layout {
  switch (layout) {
    case 'side-by-side':
      return sideBySide(sizes.left, sizes.right)
    case 'stacked':
      return stacked(sizes.left, sizes.right)
    case 'single':
      return single(sizes, mainCamera)
    case 'picture-in-picture':
      return pictureInPicture(sizes, mainCamera, insetCorner)
    case 'panorama':
      return sideBySide(sizes.left, sizes.right) // it needs a calibration: panorama.ts is handed in here once a recording has one
    default:
      return layout satisfies never
  }
}
