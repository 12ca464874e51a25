// Small pictures of a film, sampled from the canvases as they go to the encoder: a thumbnail every few seconds, now and then one for the preview.
// Never holds up a film and never changes a canvas: trouble is told once, and the film goes on without them.

import { fitInside } from '../layouts/shrink.ts'
import type { PictureSize } from '../picture.ts'
import { isThumbnail, mayBePreview, previewBox, thumbnailBox } from './preview-policy.ts'
import { openSampling } from './sampling.ts'

export type SmallPicture = PictureSize & {
  readonly kind: 'thumbnail' | 'preview'
  /** Of the film. */
  readonly frame: number
  /** Cameras that are a card in it, or whose part of the canvas is. */
  readonly lost: number
  /** YUV 4:2:0, limited range BT.709. */
  readonly data: Buffer
}

export type SmallPicturesOptions = {
  readonly canvas: PictureSize
  readonly fps: number
  /** Told once: from then on there are none. */
  readonly onTrouble: (err: unknown, frame: number) => void
  readonly onPicture: (picture: SmallPicture) => void
}

/** `see` is called with every canvas, before it may be drawn on again. */
export function openSmallPictures({ canvas, fps, onTrouble, onPicture }: SmallPicturesOptions): {
  see(frame: number, picture: Uint8Array, lost: number): void
} {
  let isBroken = false
  const kinds = [
    { kind: 'thumbnail', wants: isThumbnail, draw: openDrawing(canvas, thumbnailBox) },
    { kind: 'preview', wants: mayBePreview, draw: openDrawing(canvas, previewBox) },
  ] as const
  return {
    see: (frame, picture, lost) => {
      if (isBroken) return
      try {
        for (const { kind, wants, draw } of kinds) if (wants(frame, fps)) onPicture({ kind, frame, lost, ...draw(picture) })
      } catch (err) {
        isBroken = true
        onTrouble(err, frame) // the film is worth more
      }
    },
  }
}

/** Its tables are made when they are first needed. */
function openDrawing(canvas: PictureSize, box: PictureSize): (picture: Uint8Array) => PictureSize & { readonly data: Buffer } {
  const size = fitInside(canvas, box)
  let sample: ReturnType<typeof openSampling> | undefined
  return (picture) => {
    sample ??= openSampling(canvas, size)
    return { ...size, data: sample(picture) }
  }
}
