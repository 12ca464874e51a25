// How a recording's pictures are turned and put together: what was set when it was opened, in its row, in the recorder's order and in its manifest.
// Never draws: src/merge/layouts does.

import { z } from 'zod'
import { corners, flips, layouts, rotations, sides, type Turn } from '../../config/picture-words.ts'
import type { Camera } from './take.ts'

const rotation = z.literal(rotations).default(0)
const flip = z.enum(flips).default('none')

/** Older manifests tell less: what they leave out had not been thought of, and was as the defaults are. */
export const arrangementSchema = z.object({
  layout: z.enum(layouts),
  /** How far each camera's picture is turned in the film, in degrees clockwise. */
  rotation: z.object({ left: rotation, right: rotation }).prefault({}),
  /** How it is mirrored, once it is turned. */
  flip: z.object({ left: flip, right: flip }).prefault({}),
  /** Of `single` and `picture-in-picture`. */
  mainCamera: z.enum(sides).default('left'),
  /** Of `picture-in-picture`. */
  insetCorner: z.enum(corners).default('top-left'),
})

export type Arrangement = Readonly<z.infer<typeof arrangementSchema>>

export const turnsOf = ({ rotation, flip }: Pick<Arrangement, 'rotation' | 'flip'>): Readonly<Record<Camera, Turn>> => ({
  left: { rotation: rotation.left, flip: flip.left },
  right: { rotation: rotation.right, flip: flip.right },
})
