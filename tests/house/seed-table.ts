// Reads the tables of docs/ref/seed.md: what the seed had, what stands in its place, and since when.
// Never judges a row: the tests do.

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

export type SeedRow = {
  readonly section: string
  readonly seed: string
  /** Markdown; names of ours stand in back quotes. */
  readonly here: string
  readonly when: string
}

export const repository = path.resolve(import.meta.dirname, '..', '..')

/** Every row of every table with the columns seed, here, when. */
export function readSeedTable(markdown: string): readonly SeedRow[] {
  const rows: SeedRow[] = []
  let section = ''
  let inside = false
  for (const line of markdown.split('\n')) {
    const cells = cellsOf(line)
    if (line.startsWith('## ')) section = line.slice(3)
    if (cells.join() === 'seed,here,when') inside = true
    else if (cells.length === 0) inside = false
    else if (inside && !cells.every((cell) => /^-+$/.test(cell)))
      rows.push({ section, seed: withoutQuotes(cells[0] ?? ''), here: cells[1] ?? '', when: cells[2] ?? '' })
  }
  return rows
}

/** The names in back quotes. */
export const quoted = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '')

export const seedPage = readFileSync(path.join(repository, 'docs', 'ref', 'seed.md'), 'utf8')

/** What the seed had, by kind, taken from it once. */
export const seedItems = z
  .record(z.string(), z.array(z.string()))
  .parse(JSON.parse(readFileSync(path.join(import.meta.dirname, 'seed-items.json'), 'utf8')))

/** A row's cells, trimmed; `\|` is a bar inside one. */
function cellsOf(line: string): readonly string[] {
  if (!line.startsWith('|')) return []
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))
}

const withoutQuotes = (cell: string): string => /^`([^`]*)`$/.exec(cell)?.[1] ?? cell
