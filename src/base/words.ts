// Numbers as people read them, and words as a shell takes them.
// Pure.

/** `1 film`, `2 films`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** One word of a command that somebody may copy into a shell. */
export const shellWord = (text: string): string => (/^[\w./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`)
