// The options by which a merge is told how its pictures are turned and put together, of films and of a recording alike.
// Never merges.

import { Option, type Command } from 'commander'
import { z } from 'zod'
import { corners, flips, layouts, sides } from '../../config/picture-words.ts'
import { rotation } from '../../config/values.ts'
import type { Arrangement } from '../../src/capture/arrangement.ts'

export function addArrangementOptions(it: Command): Command {
  const degrees = ['0', '90', '180', '270']
  it.addOption(new Option('--layout <layout>', 'how the two pictures become one; default MERGE_LAYOUT').choices(layouts))
    .addOption(new Option('--main-camera <side>', 'of single and picture-in-picture: the one shown large').choices(sides))
    .addOption(new Option('--inset-corner <corner>', 'of picture-in-picture: where the small one stands').choices(corners))
  for (const side of sides)
    it.addOption(new Option(`--${side}-rotation <degrees>`, `turn the ${side} picture clockwise`).choices(degrees)).addOption(
      new Option(`--${side}-flip <way>`, `mirror the ${side} picture, after it was turned`).choices(flips),
    )
  return it
}

export const arrangementOptions = {
  layout: z.enum(layouts).optional(),
  mainCamera: z.enum(sides).optional(),
  insetCorner: z.enum(corners).optional(),
  leftRotation: rotation.optional(),
  rightRotation: rotation.optional(),
  leftFlip: z.enum(flips).optional(),
  rightFlip: z.enum(flips).optional(),
}

const given = z.object(arrangementOptions)

/** What is given over what was. */
export const rearranged = (before: Arrangement, told: z.infer<typeof given>): Arrangement => ({
  layout: told.layout ?? before.layout,
  mainCamera: told.mainCamera ?? before.mainCamera,
  insetCorner: told.insetCorner ?? before.insetCorner,
  rotation: { left: told.leftRotation ?? before.rotation.left, right: told.rightRotation ?? before.rotation.right },
  flip: { left: told.leftFlip ?? before.flip.left, right: told.rightFlip ?? before.flip.right },
})
