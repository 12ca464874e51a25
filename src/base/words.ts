// Numbers as people read them.
// Pure.

/** `1 film`, `2 films`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
