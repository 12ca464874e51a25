// The settings as people may see them: every variable with the value in use, secrets as `set` or `not set`.
// Never shows a secret, also not one inside an address.

import { variables } from './env.ts'
import type { ExaminedSettings } from './settings.ts'

export type ReportLine = {
  readonly group: string
  readonly name: string
  /** `set` or `not set` for a secret. */
  readonly value: string
  readonly unit: string
  /** Whether it was set, or the default holds. */
  readonly given: boolean
  /** Set when nothing uses it in this version: when something will. */
  readonly later?: string
}

/** One line for each variable, in the order of the groups. Where settings are faulty, what was given. */
export function reportSettings({ settings, texts }: Pick<ExaminedSettings, 'settings' | 'texts'>): readonly ReportLine[] {
  return variables.map(({ group, property, name, unit, secret, later, default: usual }) => {
    const text = texts.get(name)
    const effective: unknown = settings === undefined ? undefined : Object.entries(settings[group]).find(([key]) => key === property)?.[1]
    const shown = typeof effective === 'string' ? effective : (text ?? usual ?? numberIn(effective))
    const value = secret === true ? (text === undefined ? '' : 'set') : withoutCredentials(shown)
    return { group, name, value: value || 'not set', unit, given: text !== undefined, ...(later === undefined ? {} : { later }) }
  })
}

/** What follows from another setting. */
const numberIn = (effective: unknown): string => (typeof effective === 'number' ? String(effective) : '')

/** An address without the user and password in front of its host. */
const withoutCredentials = (text: string): string => text.replace(/\/\/.*@/, '//[redacted]@')
