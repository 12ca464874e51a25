// The text of config/env.example: every variable with its meaning, unit and default, all commented out.
// Each comment has a line of its own: systemd takes a comment behind a value for part of the value.

import { variables, type Variable } from './env.ts'

const head = `# EZREC settings. Copy what you change to the file .env in the home folder (EZREC_HOME) and take the # away.
# What is commented out holds its default, or is unset. Comments need lines of their own.
# Written by \`./ezrec config example\`; docs/ref/settings.md says more.`

/** The whole file, with a line end at its end. */
export function envExample(): string {
  const groups = Map.groupBy(variables, ({ group }) => group)
  const parts = [...groups].map(([group, members]) => [`# --- ${group} ---`, ...members.map(entry)].join('\n\n'))
  return [head, ...parts].join('\n\n') + '\n'
}

function entry({ name, meaning, unit, default: usual, example, secret, later, aliases = [] }: Variable): string {
  const value = usual === undefined ? 'unset by default' : usual === '' ? 'default: empty' : `default: ${usual}`
  const old = aliases.map((alias) => alias.name)
  return [
    `# ${meaning}`,
    `# ${unit}; ${value}${secret === true ? '; secret' : ''}`,
    ...(old.length === 0 ? [] : [`# Old names: ${old.join(', ')}`]),
    ...(later === undefined ? [] : [`# Checked now, ${later}: later.`]),
    `#${name}=${example}`,
  ].join('\n')
}
