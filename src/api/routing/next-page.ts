// Lists in pages: a page ends with a place, and the next one goes on behind it. The address of the next page stands in the Link header.
// Never skips or repeats what stood still, whatever is added or taken away in between.

import { z } from 'zod'

/** A place in a list: a number that it is sorted by, and an id. */
export type Place = { readonly ms: number; readonly id: string }

/** The query parameter `after`, as the address of the next page has it. */
export const afterPlace = z
  .string()
  .regex(/^-?\d{1,16}_\w{1,64}$/, { error: 'must be taken from the Link header of the page before' })
  .transform((text): Place => ({ ms: Number(text.split('_', 1)[0]), id: text.slice(text.indexOf('_') + 1) }))

/** RFC 8288. The rest of the query stays as it was. */
export function nextPage(
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
  { ms, id }: Place,
): Record<string, string> {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined || name === 'after' ? [] : [[name, String(value)]]))
  return { link: `<${path}?${new URLSearchParams([...given, ['after', `${ms}_${id}`]]).toString()}>; rel="next"` }
}
