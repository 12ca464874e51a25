// One thing wrong with the settings, and all of them as one error.
// Never holds a value: what was given may be a secret.

import { EzrecError } from '../src/base/errors.ts'

export type Fault = {
  /** The variable, or the place: `API_PORT`, `.env line 3`. */
  readonly name: string
  /** What is wrong, to be read after the name: `is not a whole number from 1 to 65535`. */
  readonly fault: string
  /** A line that would pass: `API_PORT=8080`. */
  readonly example: string
}

/** All faults as one error; its facts hold each name with its fault. */
export function faultsError(faults: readonly Fault[]): EzrecError {
  const lines = faults.map(({ name, fault, example }) => `  ${name} ${fault}; for example ${example}`)
  const title = faults.length === 1 ? '1 setting cannot be used' : `${faults.length} settings cannot be used`
  return new EzrecError('invalid', [`${title}:`, ...lines].join('\n'), {
    hint: 'mend them in the environment or in the .env file of the home folder; docs/ref/settings.md describes each',
    facts: Object.fromEntries(faults.map(({ name, fault }) => [name, fault])),
  })
}
