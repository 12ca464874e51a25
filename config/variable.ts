// What is known of one variable of the environment, and the two ways to declare one.
// Never reads the environment: config/env.ts does; never judges a value: the schema given here does.

import { z } from 'zod'

/** An older name of a variable; `values` turns its old words into ours. */
export type Alias = { readonly name: string; readonly values?: Readonly<Record<string, string>> }

export type VariableFacts = {
  readonly name: string
  /** Unit and form of the value: `seconds`, `kbit/s`, `WIDTHxHEIGHT in pixels`, `word`... */
  readonly unit: string
  /** One sentence. */
  readonly meaning: string
  /** A value that passes. */
  readonly example: string
  /** What holds when it is unset, as one would write it. */
  readonly default?: string
  /** Its value is never shown. */
  readonly secret?: boolean
  readonly aliases?: readonly Alias[]
  /** Set when this version checks the value but nothing uses it yet: when it will be. */
  readonly later?: string
}

/** Declares a variable with a default. */
export function variable<S extends z.ZodType<unknown, string>>(
  facts: VariableFacts & { readonly default: z.input<S> & string },
  schema: S,
): z.ZodPrefault<S> {
  const declared = z.prefault(schema, facts.default)
  registry.add(declared, facts)
  return declared
}

/** Declares a variable that may stay unset. */
export function optionalVariable<S extends z.ZodType<unknown, string>>(
  facts: VariableFacts & { readonly default?: never },
  schema: S,
): z.ZodOptional<S> {
  const declared = z.optional(schema)
  registry.add(declared, facts)
  return declared
}

/** The facts given with a declaration. Throws a TypeError for a schema that was not declared here. */
export function factsOf(schema: z.core.$ZodType): VariableFacts {
  const facts = registry.get(schema)
  if (facts === undefined) throw new TypeError('this schema was not declared as a variable')
  return facts
}

const registry = z.registry<VariableFacts>()
