// What a loop is made from: the order that the loop maker carries out, and the key under which its result is kept.
// Pure: whatever changes a loop's bytes is in the order.

import { createHash } from 'node:crypto'
import { z } from 'zod'

/** Raised when the scene, the encoder's options or the loop's shape change: loops made before are not taken any more. */
const makerVersion = 2

/** `live` moves; `still` holds the first picture of each group; both have one repeated picture at the end of each group. */
const pictures = z.enum(['live', 'still'])

export const loopOrderSchema = z.object({
  format: z.object({ width: z.int(), height: z.int(), fps: z.int() }),
  /** Pictures from one key frame to the next. */
  groupFrames: z.int().positive(),
  source: z.discriminatedUnion('kind', [
    /** Without `rig` it is the planar one: its loops keep the keys they had when it was the only one. */
    z.object({
      kind: z.literal('pitch'),
      view: z.enum(['left', 'right']),
      firstFrame: z.int().nonnegative(),
      pictures,
      rig: z.enum(['real', 'opposite']).optional(),
    }),
    /** `size` and `modified` name the film's identity: another film under the same path is another loop. */
    z.object({ kind: z.literal('film'), file: z.string(), size: z.number(), modifiedMs: z.number(), pictures }),
    z.object({ kind: z.literal('black') }),
  ]),
})

export type LoopOrder = z.infer<typeof loopOrderSchema>

/** A folder name: what it is for people, then what it is exactly. */
export function loopKey(order: LoopOrder): string {
  const { format, source } = order
  const hash = createHash('sha256')
    .update(JSON.stringify([makerVersion, order]))
    .digest('hex')
    .slice(0, 16)
  const what =
    source.kind === 'black' ? 'black' : `${source.kind === 'pitch' ? `${source.rig ?? 'pitch'}-${source.view}` : 'film'}-${source.pictures}`
  return `${what}-${format.width}x${format.height}-${format.fps}-${hash}`
}
