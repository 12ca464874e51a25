// Identifiers of ours: ULIDs, sortable by the time they were made, safe in paths, URLs and object keys.
// A caller's id is data beside ours and never becomes a path.

import { monotonicFactory } from 'ulid'

const next = monotonicFactory()

/** 26 characters of Crockford base 32, growing within a process. https://github.com/ulid/spec */
export const newId = (): string => next()

export const isId = (text: string): boolean => /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text)
