// What is done to an upload on its way, and when: chosen from the seed, the same on every machine.
// Never does it itself.

export const faultKinds = ['cut', 'reset', 'stall', 'slow', 'flip', 'flip-answer', 'lose-answer', 'kill'] as const
export type FaultKind = (typeof faultKinds)[number]

/** Bytes that have gone to the store in all, or the first request of that kind from then on. */
export type Trigger = number | 'begin' | 'complete'

export type UploadFault = { readonly kind: FaultKind; readonly when: Trigger }

/** How many parts a fault may interrupt, so that they are begun once more. A process has three under way. */
export const interruptedBy = ({ kind }: UploadFault): number => (kind === 'slow' ? 0 : kind === 'kill' ? 3 : 1)

/** One to three in a run; one in four strikes where an upload begins or ends. Pure. */
export function chooseFaults(random: () => number, filmBytes: number): UploadFault[] {
  return Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
    const kind = faultKinds[Math.floor(random() * faultKinds.length)] ?? 'cut'
    const where = random()
    const when = where < 0.15 ? 'complete' : where < 0.25 ? 'begin' : Math.floor(random() * filmBytes)
    return { kind, when }
  })
}

/** How many parts that the store had acknowledged a fault may have sent again: one, whose answer it kept from us. */
export const resentBy = ({ kind }: UploadFault): number => (kind === 'slow' ? 0 : 1)

/** How many parts that the store held when a life began may be begun again in it: none for a kill, because ListParts names them; one where the
 *  network spoiled that very answer. */
export const heldAgainBy = ({ kind }: UploadFault): number => (kind === 'slow' || kind === 'kill' ? 0 : 1)
