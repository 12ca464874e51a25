// Values that a JSON Schema takes, and the same values spoilt in one place.
// Never knows a route: a name may bring values of its own (ids that there are, times that are near).

import fc from 'fast-check'

/** By the name of a field. */
export type Hints = (name: string) => fc.Arbitrary<unknown> | undefined

type Node = Readonly<Record<string, unknown>>

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)
const nodesOf = (value: unknown): readonly Node[] => (Array.isArray(value) ? value.filter(isNode) : [])
const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise)

/** Of the schemas that zod writes; what is not understood there becomes any text. */
export function valuesOf(schema: unknown, hints: Hints, name = ''): fc.Arbitrary<unknown> {
  const hinted = hints(name)
  if (hinted) return hinted
  if (!isNode(schema)) return fc.string()
  const choices = [...nodesOf(schema['anyOf']), ...nodesOf(schema['oneOf'])]
  if (choices.length > 0) return fc.oneof(...choices.map((each) => valuesOf(each, hints)))
  if ('const' in schema) return fc.constant(schema['const'])
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...schema['enum'])
  switch (schema['type']) {
    case 'object':
      return objectsOf(schema, hints)
    case 'array': {
      const least = numberOr(schema['minItems'], 0)
      return fc.array(valuesOf(schema['items'], hints), {
        minLength: least,
        maxLength: Math.max(least, Math.min(numberOr(schema['maxItems'], 4), 4)),
      })
    }
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'integer':
      return fc.integer(limitsOf(schema, 1_000_000))
    case 'number': {
      const { min, max } = limitsOf(schema, 1e6)
      return fc.double({ min, max, noNaN: true })
    }
    default:
      return textsOf(schema)
  }
}

function objectsOf(schema: Node, hints: Hints): fc.Arbitrary<unknown> {
  const properties = isNode(schema['properties']) ? Object.entries(schema['properties']) : []
  const required: readonly unknown[] = Array.isArray(schema['required']) ? schema['required'] : []
  return fc.record(Object.fromEntries(properties.map(([name, inner]) => [name, valuesOf(inner, hints, name)])), {
    requiredKeys: properties.map(([name]) => name).filter((name) => required.includes(name)),
  })
}

function limitsOf(schema: Node, farthest: number): { readonly min: number; readonly max: number } {
  const above = schema['exclusiveMinimum']
  const min = Math.max(-farthest, numberOr(schema['minimum'], typeof above === 'number' ? above + 1e-3 : -farthest))
  const max = Math.min(farthest, numberOr(schema['maximum'], farthest))
  return schema['type'] === 'integer' ? { min: Math.ceil(min), max: Math.floor(max) } : { min, max }
}

function textsOf(schema: Node): fc.Arbitrary<string> {
  const pattern = schema['pattern']
  if (typeof pattern === 'string') return matching(pattern) ?? fc.string({ minLength: 1, maxLength: 12 })
  const minLength = numberOr(schema['minLength'], 0)
  return fc.string({ minLength, maxLength: Math.max(minLength, Math.min(numberOr(schema['maxLength'], 20), 20)) })
}

/** Undefined for what fast-check cannot write: look-arounds and their like; and for classes of Unicode, whose tables take half a minute to make. */
function matching(pattern: string): fc.Arbitrary<string> | undefined {
  if (pattern.includes('\\p{')) return undefined
  try {
    return fc.stringMatching(new RegExp(pattern, 'u'), { size: 'xsmall' })
  } catch {
    return undefined
  }
}

/** What no form expects. */
export const nasty: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '',
      '..',
      '../../etc/passwd',
      '%2e%2e%2f',
      '..%2f..%2fetc%2fpasswd',
      'a\r\nx-evil: 1',
      '\0',
      '\u202e\ud800',
      "' or 1=1 --",
      '__proto__',
      'constructor',
      'NaN',
      '-1',
      '0x10',
      '1e400',
      '9'.repeat(40),
      '\u0000'.repeat(9),
      '2031-05-02T19:30Z',
      '2031-03-30T02:30',
      '+275760-09-13T00:00:00Z',
      '-271821-04-20T00:00:00Z',
      '0_0',
      '-9007199254740993_x',
      '9223372036854775808',
      'true',
      '<script>alert(1)</script>',
      '{{7*7}}',
      '$(id)',
      'a@b.example\nBcc: c@d.example',
    ),
  },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 3_000, size: 'max' }) },
)

export const anyValue: fc.Arbitrary<unknown> = fc.oneof(nasty, fc.jsonValue(), fc.double(), fc.integer(), fc.constant(null))

/** The value with one place of it left out, put into a list, doubled under another name or exchanged; `n` says which and how. */
export function spoil(value: unknown, n: number, other: unknown): unknown {
  const places = placesOf(value)
  const place = places[n % places.length] ?? []
  return at(value, place, Math.floor(n / places.length) % 4, other)
}

type Place = readonly (string | number)[]

function placesOf(value: unknown, here: Place = []): Place[] {
  if (Array.isArray(value)) return [here, ...value.flatMap((inner, n) => placesOf(inner, [...here, n]))]
  if (isNode(value)) return [here, ...Object.entries(value).flatMap(([name, inner]) => placesOf(inner, [...here, name]))]
  return [here]
}

function at(value: unknown, [step, ...rest]: Place, how: number, other: unknown): unknown {
  if (step === undefined) return how === 0 ? [value] : how === 1 && isNode(value) ? { ...value, __proto__x: other } : other
  if (Array.isArray(value)) return value.map((inner: unknown, n) => (n === step ? at(inner, rest, how, other) : inner))
  if (!isNode(value)) return other
  const entries = Object.entries(value)
  if (rest.length === 0 && how === 3) return Object.fromEntries(entries.filter(([name]) => name !== step))
  return Object.fromEntries(entries.map(([name, inner]) => [name, name === step ? at(inner, rest, how, other) : inner]))
}
