// Whose sound a film of two films has: the one that is asked for, else the left one's where that has any, else the right one's.
// Never mixes the two: heard from two places at once a court has an echo.

import { cameras, type Camera } from '../../src/capture/take.ts'
import type { FilmFacts } from '../../src/merge/film-facts.ts'
import { openFileSound, type FileSound } from '../../src/merge/sound/file-sound.ts'
import { moveSound } from '../../src/merge/sound/moved-sound.ts'
import type { FilmDrift } from '../../src/merge/sync/film-drift.ts'

export const soundChoices = ['left', 'right', 'none'] as const
export type SoundChoice = (typeof soundChoices)[number]

type Films = Readonly<Record<Camera, FilmFacts>>

/** What was asked for and is not there is told. */
export function chooseSound(films: Films, wanted: SoundChoice | undefined, say: (line: string) => void): Camera | undefined {
  if (wanted === 'none') return undefined
  for (const side of wanted === undefined ? cameras : [wanted]) if (films[side].hasSound) return side
  if (wanted !== undefined) say(`note: ${films[wanted].file}: it has no sound: the film has none`)
  return undefined
}

/** More of the right one is read than the film is long: it may be taken later and later. */
const spareSeconds = 10

/** `shift`: by how many frames of the merged film the right one is taken later when it begins; `drift` tells it from there on. What cannot be heard is told. */
export async function openChosenSound(
  side: Camera | undefined,
  { films, fps, seconds, shift, drift }: ChosenSoundOptions,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<FileSound | undefined> {
  if (side === undefined) return undefined
  const film = films[side]
  const sound = await openFileSound({ film, fps, seconds: seconds + spareSeconds, fromSeconds: side === 'right' ? shift / fps : 0 }, signal)
  if (!sound) say(`note: ${film.file}: its sound cannot be decoded: the film has none`)
  return sound && side === 'right' ? moveSound(sound, fps, (frame) => drift.shiftAt(frame) - shift) : sound
}

type ChosenSoundOptions = {
  readonly films: Films
  readonly fps: number
  readonly seconds: number
  readonly shift: number
  readonly drift: Pick<FilmDrift, 'shiftAt'>
}
