// Words that do not belong in the code, each with the places where it may stand.
// Never reads the disk.

import { defaultExporters, environmentReaders } from './folders.ts'
import type { SourceFile } from './source-files.ts'

type Ban = {
  readonly what: string
  readonly pattern: RegExp
  readonly allowedIn: (file: Pick<SourceFile, 'name' | 'isTest'>) => boolean
  /** Look at the comments, too. */
  readonly alsoInComments?: true
}

const nowhere = (): boolean => false
const inTests = ({ name, isTest }: Pick<SourceFile, 'name' | 'isTest'>): boolean => isTest || name.startsWith('tests/')

const bans: readonly Ban[] = [
  { what: 'process.exit outside bin', pattern: /\bprocess\.exit\(/, allowedIn: (file) => file.name.startsWith('bin/') || inTests(file) },
  {
    what: 'the environment read outside config/env.ts',
    pattern: /\bprocess\.env\b|\benv\b[^'\n]*from 'node:process'/,
    allowedIn: (file) => environmentReaders.includes(file.name) || inTests(file),
  },
  { what: 'a cast to any', pattern: /\bas any\b/, allowedIn: nowhere },
  { what: 'an enum', pattern: /^\s*(export\s+)?(declare\s+)?(const\s+)?enum\s/m, allowedIn: nowhere },
  { what: 'an empty catch', pattern: /\bcatch\s*(\([^)]*\)\s*)?\{\s*\}/, allowedIn: nowhere },
  {
    what: 'a default export',
    pattern: /^export default\b|\bas default\b/m,
    allowedIn: ({ name }) => defaultExporters.includes(name) || name.endsWith('.config.ts'),
  },
  {
    what: 'work left for later in a comment',
    pattern: new RegExp(`\\b(${['TO', 'FIX'].join('DO|')}ME)\\b`),
    allowedIn: nowhere,
    alsoInComments: true,
  },
  { what: 'a test that silences the others', pattern: /\b(test|it|describe|suite)\.only\(|\bonly: true\b/, allowedIn: nowhere },
]

/** `file: what` for each ban that the file breaks. */
export const bannedIn = (file: SourceFile): string[] =>
  bans
    .filter(({ pattern, alsoInComments, allowedIn }) => !allowedIn(file) && pattern.test(alsoInComments === true ? file.text : file.code))
    .map(({ what }) => `${file.name}: ${what}`)
