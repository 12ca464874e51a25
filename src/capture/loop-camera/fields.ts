// Reads a parsed JSON value field by field and names what does not fit. In the place of the schema library for a program whose start is part of what
// a killed camera costs: loading that takes longer than all else that the program does before its first picture.
// Never changes a value, and passes by what nobody asks for.

export type Fields = {
  number(name: string, rule?: NumberRule): number
  optionalNumber(name: string, rule?: NumberRule): number | undefined
  text(name: string): string
  optionalText(name: string): string | undefined
  object(name: string): Fields
  optionalObject(name: string): Fields | undefined
  /** Not empty. */
  objects(name: string): readonly Fields[]
  numbers(name: string, rule?: NumberRule): readonly number[]
}

export type NumberRule = { readonly least?: number; readonly whole?: boolean }

/** Errors: TypeError that names the field, from each of its functions. */
export function fieldsOf(value: unknown, where = 'the value'): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError(`${where} is no object`)
  const found = new Map<string, unknown>(Object.entries(value))
  const placeOf = (name: string): string => `${where}: ${name}`
  const text = (name: string): string => textOf(found.get(name), placeOf(name))
  const number = (name: string, rule: NumberRule = {}): number => numberOf(found.get(name), rule, placeOf(name))
  const object = (name: string): Fields => fieldsOf(found.get(name), placeOf(name))
  const ifThere = <T>(name: string, read: () => T): T | undefined => (found.get(name) === undefined ? undefined : read())
  return {
    number,
    optionalNumber: (name, rule) => ifThere(name, () => number(name, rule)),
    text,
    optionalText: (name) => ifThere(name, () => text(name)),
    object,
    optionalObject: (name) => ifThere(name, () => object(name)),
    objects: (name) => listOf(found.get(name), placeOf(name)).map((each, n) => fieldsOf(each, `${placeOf(name)}[${n}]`)),
    numbers: (name, rule = {}) => listOf(found.get(name), placeOf(name)).map((each, n) => numberOf(each, rule, `${placeOf(name)}[${n}]`)),
  }
}

function textOf(value: unknown, where: string): string {
  if (typeof value !== 'string') throw new TypeError(`${where} is no text`)
  return value
}

function numberOf(value: unknown, { least = Number.NEGATIVE_INFINITY, whole = false }: NumberRule, where: string): number {
  const isRight = typeof value === 'number' && Number.isFinite(value) && value >= least && (!whole || Number.isSafeInteger(value))
  if (!isRight) throw new TypeError(`${where} is no ${whole ? 'whole ' : ''}number of at least ${least}`)
  return value
}

function listOf(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw new TypeError(`${where} is no list with something in it`)
  return value
}
