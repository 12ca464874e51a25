// What a verb of the command line is, what it is given, and how its answer leaves: the result on stdout, everything else on stderr.
// Never knows a verb, reads no settings and decides no exit code: a verb returns its own, faults get theirs in fault.ts.

import path from 'node:path'
import type { Command } from 'commander'

export type CliContext = {
  /** Absolute. `--home`, else EZREC_HOME, else `.ezrec` in the clone. The folder may not exist yet. */
  readonly home: string
  /** Whether this verb was called with its own `--json`. */
  readonly json: boolean
  /** Whether `--verbose` was given: faults come with their stack. */
  readonly verbose: boolean
  /** The operands after the verb, as typed. */
  readonly args: readonly string[]
  /** The verb's own options under commander's camel-cased names; parse them before use. */
  readonly options: Readonly<Record<string, unknown>>
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP, or when nobody reads stdout any more. The second signal ends at once with 130. */
  readonly signal: AbortSignal
  /** The one JSON document, on stdout. */
  readonly out: (document: unknown) => void
  /** One line of the result, on stdout. */
  readonly print: (line: string) => void
  /** One line of progress, on stderr. */
  readonly say: (line: string) => void
}

export type Verb = {
  readonly name: string
  /** One line for `--help`, lower case, no full stop. */
  readonly summary: string
  /** Declares arguments, options (also `--json`, where it has one) and examples. */
  configure(command: Command): void
  /** Resolves to the exit code: 0 done, 1 failed, 2 wrong usage or settings, 130 stopped by Ctrl-C. */
  run(context: CliContext): Promise<number>
}

/** A verb that only gathers others: `booking add`, `booking list`. */
export type VerbGroup = { readonly name: string; readonly summary: string; readonly verbs: readonly Verb[] }

/** One line of the table in ezrec.ts: what `--help` needs, and where the rest is loaded from when it is called. */
export type VerbEntry = {
  readonly name: string
  readonly summary: string
  load(): Promise<{ readonly command: Verb | VerbGroup }>
}

/** The clone or installation that this file is part of. */
export const repositoryFolder = path.resolve(import.meta.dirname, '..')

/** `given` relative to `cwd`; without one, the clone's own git-ignored home. */
export const resolveHome = (given: string | undefined, cwd: string): string =>
  given === undefined || given === '' ? path.join(repositoryFolder, '.ezrec') : path.resolve(cwd, given)

/** The examples that end a verb's `--help`: what to type, and what it does. */
export const withExamples = (command: Command, examples: readonly (readonly [typed: string, does: string])[]): Command =>
  command.addHelpText('after', `\nExamples:\n${examples.map(([typed, does]) => `  ${typed}\n      ${does}`).join('\n')}`)

export const say = (line: string): void => void process.stderr.write(`${line}\n`)
