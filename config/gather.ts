// Picks our variables out of an environment: trims, follows old names, and remarks on names that look like slips.
// Never judges a value's form: the schema does; here only what holds for every value.

import type { Fault } from './fault.ts'
import { nearest } from './nearest.ts'
import { unreadOriginals } from './unread.ts'
import type { VariableFacts } from './variable.ts'

export type Gathered = {
  /** Values by our names, faulty ones included; unset and empty ones are absent. */
  readonly texts: ReadonlyMap<string, string>
  /** By our names: the old name that a value was set under. */
  readonly oldNames: ReadonlyMap<string, string>
  readonly warnings: readonly string[]
  readonly faults: readonly Fault[]
}

/** Old names are taken where ours is unset, each with a warning. */
export function gatherValues(env: Readonly<Record<string, string | undefined>>, variables: readonly VariableFacts[]): Gathered {
  const texts = new Map<string, string>()
  const oldNames = new Map<string, string>()
  const warnings: string[] = []
  const faults: Fault[] = []
  for (const variable of variables) {
    const found = valueOf(env, variable)
    warnings.push(...found.warnings)
    if (found.text === undefined) continue
    texts.set(variable.name, found.text)
    if (found.from !== variable.name) oldNames.set(variable.name, found.from)
    const fault = generalFault(found.text)
    if (fault !== undefined) faults.push({ name: variable.name, fault, example: `${variable.name}=${variable.example}` })
  }
  return { texts, oldNames, warnings: [...warnings, ...strangers(env, variables)], faults }
}

type Found = { readonly text: string | undefined; readonly from: string; readonly warnings: readonly string[] }

function valueOf(env: Readonly<Record<string, string | undefined>>, { name, aliases = [] }: VariableFacts): Found {
  const warnings: string[] = []
  let text = textOf(env, name)
  let from = name
  for (const alias of aliases) {
    const said = textOf(env, alias.name)
    if (said === undefined) continue
    const meant = (Object.hasOwn(alias.values ?? {}, said) ? alias.values?.[said] : undefined) ?? said
    if (text === undefined) {
      warnings.push(`${alias.name} is an old name: write ${name}`)
      text = meant
      from = alias.name
    } else if (text === meant) warnings.push(`${alias.name} is an old name and not needed beside ${from}`)
    else warnings.push(`${alias.name} is ignored: ${from} is set as well and says otherwise`)
  }
  return { text, from, warnings }
}

function textOf(env: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  const text = Object.hasOwn(env, name) ? env[name]?.trim() : undefined
  return text === '' ? undefined : text
}

const maxLength = 4096

function generalFault(text: string): string | undefined {
  if (text.length > maxLength) return `is longer than ${maxLength} characters`
  if (/\p{Cc}/u.test(text)) return 'holds a control character'
  if (/^your[_-].*[_-](here|id)$/i.test(text)) return 'still holds the placeholder of the example'
  return undefined
}

/** Set variables that are not ours but nearly are, or that the original read and we do not. */
function strangers(env: Readonly<Record<string, string | undefined>>, variables: readonly VariableFacts[]): readonly string[] {
  const names = variables.map((variable) => variable.name)
  const known = new Set([...names, ...variables.flatMap(({ aliases = [] }) => aliases.map(({ name }) => name))])
  const others = Object.keys(env).filter((name) => textOf(env, name) !== undefined && !known.has(name))
  const unread = others.filter((name) => unreadOriginals.has(name))
  const slips = others.filter((name) => !unreadOriginals.has(name)).flatMap((name) => slip(name, names))
  return unread.length === 0 ? slips : [...slips, `not read by this version, see docs/ref/seed.md: ${unread.toSorted().join(', ')}`]
}

function slip(name: string, names: readonly string[]): readonly string[] {
  const meant = nearest(name, names)
  if (meant !== undefined) return [`${name} is not a setting: is ${meant} meant?`]
  return name.startsWith('EZREC_') ? [`${name} is not a setting`] : []
}
