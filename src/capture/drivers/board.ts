// Which machine this is, as far as cameras and encoders care.
// Never looks at a camera; reads one small file and nothing else.

import { readFile } from 'node:fs/promises'

/** `pi5`: two CSI cameras, x264 in software. `pi4`: one CSI camera at a time, H.264 in hardware. `pi-older`: like pi4, with less of all. */
export type BoardKind = 'pi5' | 'pi4' | 'pi-older' | 'other'

export type Board = {
  readonly kind: BoardKind
  /** As the board calls itself, for people. */
  readonly model: string
}

/** The board of a device-tree model text (which ends with a null character); without one it is an ordinary computer. Pure. */
export function boardOf(modelText: string | undefined): Board {
  const model = modelText?.replaceAll('\0', '').trim() ?? ''
  if (model === '') return { kind: 'other', model: 'a computer without a device tree' }
  if (!model.startsWith('Raspberry Pi')) return { kind: 'other', model }
  if (/^Raspberry Pi (5\d*|Compute Module 5)\b/.test(model)) return { kind: 'pi5', model }
  if (/^Raspberry Pi (4\d*|Compute Module 4S?)\b/.test(model)) return { kind: 'pi4', model }
  return { kind: 'pi-older', model }
}

/** Reads what Linux tells of the board; no such file is an answer, too. */
export async function readBoard(modelFile: string): Promise<Board> {
  return boardOf(await readFile(modelFile, 'utf8').catch(() => undefined))
}
