// What the house rules look at: our TypeScript files, their text without comments, and whom they import.
// Never judges. AssemblyScript, which stands in folders of that name, is no TypeScript.

import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'

export const root = path.resolve(import.meta.dirname, '../..')

export type SourceFile = {
  /** Relative to the clone. */
  readonly name: string
  readonly text: string
  /** Without comments, line for line. */
  readonly code: string
  readonly isTest: boolean
  /** Files of ours that it names in imports of any kind, relative to the clone. */
  readonly imports: readonly string[]
}

export const readSourceFiles = (): SourceFile[] =>
  globSync('{bin,config,lab,services,src,tests,web}/**/*.ts', { cwd: root, exclude: ['**/node_modules/**', '**/assembly/**'] })
    .filter((name) => !name.startsWith('tests/golden/') && !name.startsWith('tests/media/'))
    .toSorted()
    .map((name) => parseSource(name, readFileSync(path.join(root, name), 'utf8')))

export function parseSource(name: string, text: string): SourceFile {
  const code = withoutComments(text)
  const imports = specifiersIn(code)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => path.posix.join(path.posix.dirname(name), specifier))
  return { name, text, code, isTest: name.endsWith('.test.ts'), imports: [...new Set(imports)] }
}

// The formatter has run: a static import or re-export begins its line. A worker or reporter named by URL is an import, too.
const importShapes = [
  /^(?:import|export)\b[^'"`;=()]*?\bfrom\s+'([^']+)'/gm,
  /^import\s+'([^']+)'/gm,
  /\bimport\(\s*'([^']+)'/g,
  /\bimport\.meta\.resolve\(\s*'([^']+)'/g,
  /\bnew URL\(\s*'(\.[^']+\.ts)',\s*import\.meta\.url/g,
]

export const specifiersIn = (code: string): string[] =>
  importShapes.flatMap((shape) => [...code.matchAll(shape)].map((found) => found[1] ?? ''))

/** Whole-line and trailing line comments and block comments; a `//` inside a quoted text stays. */
export const withoutComments = (text: string): string =>
  text
    .replaceAll(/^([ \t]*)\/\*[\s\S]*?\*\//gm, (comment) => comment.replaceAll(/[^\n]/g, ''))
    .replaceAll(/^[ \t]*\/\/.*$/gm, '')
    .replaceAll(/[ \t]\/\/ [^'"`\n]*$/gm, '')
