// Which frames of a film become thumbnails, and which may stand for it as its preview. Pure.
// By the frame's place alone: a merge that goes on after a kill, or is made again, chooses the same ones.

/** The finest grid, and how many there are at most: four sheets of a hundred. */
export const finestSeconds = 4
export const mostThumbnails = 400

/** Seconds between thumbnails of a film that is this long: doubled until they are few enough, so that the coarser grid is part of the finer one. */
export function thumbnailSeconds(filmSeconds: number): number {
  let seconds = finestSeconds
  while (filmSeconds / seconds > mostThumbnails) seconds *= 2
  return seconds
}

/** As the film grows: whether this frame is one of them. Of those that were chosen earlier the coarser grid keeps some. */
export function isThumbnail(frame: number, fps: number): boolean {
  return frame % (thumbnailSeconds((frame + 1) / fps) * fps) === 0
}

/** Seconds into the film: the later one stands for it better, unless it shows less. Before the ball is in play there is little to see. */
const previewSeconds: readonly number[] = [0, 8, 64, 512, 2_048]

export const mayBePreview = (frame: number, fps: number): boolean => previewSeconds.includes(frame / fps)

/** The boxes that they fit in, pixels. */
export const thumbnailBox = { width: 240, height: 136 } as const
export const previewBox = { width: 1_200, height: 630 } as const
