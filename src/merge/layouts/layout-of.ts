// The layout of a recording's film, as its row fixes it: what was set when it was opened, whatever is set now.
// Draws less than was asked for when it must, and says so by its name.

import type { LayoutName } from '../../../config/picture-words.ts'
import type { Arrangement } from '../../capture/arrangement.ts'
import type { Recording } from '../../capture/recording.ts'
import { calibrationOf, type FilmCalibration } from '../film-calibration.ts'
import { turnedSize, type PictureSize } from '../picture.ts'
import type { Layout, Sizes } from './canvas.ts'
import { openPanorama } from './panorama.ts'
import { pictureInPicture } from './picture-in-picture.ts'
import { sideBySide } from './side-by-side.ts'
import { single } from './single.ts'
import { stacked } from './stacked.ts'

type Drawn = Arrangement & Pick<Recording, 'cameraWidth' | 'cameraHeight' | 'calibration'>

/** Makes the tables of a panorama: some tenths of a second, and its memory. Errors: invalid. */
export const layoutOf = (recording: Drawn): Layout => openLayout(recording, sizesOf(recording), calibrationOf(recording))

/** The name and the canvas alone: pure and cheap. */
export function formOf(recording: Drawn): { readonly name: LayoutName; readonly canvas: PictureSize } {
  const calibration = calibrationOf(recording)
  if (calibration) return { name: 'panorama', canvas: { width: calibration.canvas.width, height: calibration.canvas.height } }
  const { name, canvas } = openLayout(recording, sizesOf(recording))
  return { name, canvas }
}

/** Of both pictures, turned. */
export function sizesOf({ cameraWidth, cameraHeight, rotation }: Pick<Drawn, 'cameraWidth' | 'cameraHeight' | 'rotation'>): Sizes {
  const camera = { width: cameraWidth, height: cameraHeight }
  return { left: turnedSize(camera, rotation.left), right: turnedSize(camera, rotation.right) }
}

/** For pictures of these sizes, turned; a panorama without a calibration is drawn side by side. */
export function openLayout(
  { layout, mainCamera, insetCorner }: Pick<Arrangement, 'layout' | 'mainCamera' | 'insetCorner'>,
  sizes: Sizes,
  calibration?: FilmCalibration,
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
      return calibration ? openPanorama(calibration) : sideBySide(sizes.left, sizes.right)
    default:
      return layout satisfies never
  }
}
