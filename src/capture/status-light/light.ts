// What the light on the court shows: on while pictures are being kept, blinking when they should be and are not, otherwise off.
// Pure but for what it remembers; never reads a file.

import type { Take } from '../take.ts'

export type Light = 'off' | 'on' | 'blink'

export type LightFacts = {
  /** How long a capture has been wanted; `undefined` when none is. */
  readonly wantedMs: number | undefined
  /** A take tells of pictures. */
  readonly pictures: boolean
  /** Cameras may take this long to start. */
  readonly startMs: number
}

/** Pictures that are kept are shown whoever wanted them: a take of a recorder that was killed films, too. */
export function lightFor({ wantedMs, pictures, startMs }: LightFacts): Light {
  if (pictures) return 'on'
  return wantedMs !== undefined && wantedMs >= startMs ? 'blink' : 'off'
}

export type PictureWatch = {
  /** Whether pictures are being kept: a take that has not ended told of new ones within the last three seconds. */
  look(takes: readonly Take[], nowUs: number): boolean
}

/** A journal tells of pictures once a second; a disk may be a second late. */
const freshUs = 3_000_000

/** Growth is what counts: a take without an end may belong to a chain that is gone. */
export function openPictureWatch(): PictureWatch {
  let told: ReadonlyMap<string, number> | undefined
  let grewAtUs = Number.NEGATIVE_INFINITY
  return {
    look: (takes, nowUs) => {
      const open = takes.filter(({ ended }) => ended === undefined)
      const now = new Map(open.map(({ id, opened, anchors }) => [id, opened.length + anchors.length]))
      if (told && [...now].some(([id, count]) => count > (told?.get(id) ?? 0))) grewAtUs = nowUs
      told = now
      return open.length > 0 && nowUs - grewAtUs < freshUs
    },
  }
}
