// Laws about who imports whom, as pure functions over the list of files.
// Never reads the disk.

import path from 'node:path'
import { folderOrder } from './folders.ts'
import type { SourceFile } from './source-files.ts'

type Edges = readonly Pick<SourceFile, 'name' | 'imports'>[]

/** Place in the ordered list, or -1 for a file outside it. */
export const rankOf = (name: string, order: readonly string[] = folderOrder): number =>
  order.reduce((best, folder, rank) => (name === folder || name.startsWith(`${folder}/`) ? rank : best), -1)

/** Imports that point forward, or out of the list. */
export const forwardImports = (files: Edges): string[] =>
  files.flatMap(({ name, imports }) =>
    imports
      .filter((target) => target.endsWith('.ts') && (rankOf(name) < 0 || rankOf(target) < 0 || rankOf(target) > rankOf(name)))
      .map((target) => `${name} imports ${target}`),
  )

/** Every cycle, once, as `a -> b -> a`. */
export function importCycles(files: Edges): string[] {
  const targets = new Map(files.map(({ name, imports }) => [name, imports]))
  const done = new Set<string>()
  const found: string[] = []
  const visit = (name: string, trail: readonly string[]): void => {
    if (trail.includes(name)) found.push([...trail.slice(trail.indexOf(name)), name].join(' -> '))
    if (trail.includes(name) || done.has(name)) return
    for (const target of targets.get(name) ?? []) visit(target, [...trail, name])
    done.add(name)
  }
  for (const { name } of files) visit(name, [])
  return found
}

/** Folders that import each other. A folder and its own subfolder are one room. */
export function twoWayPairs(files: Edges): string[] {
  const arrows = new Set<string>()
  for (const { name, imports } of files)
    for (const target of imports) {
      const [from, to] = [path.posix.dirname(name), path.posix.dirname(target)]
      if (!`${from}/`.startsWith(`${to}/`) && !`${to}/`.startsWith(`${from}/`)) arrows.add(`${from} <-> ${to}`)
    }
  return [...arrows].filter((arrow) => {
    const [from = '', to = ''] = arrow.split(' <-> ')
    return from < to && arrows.has(`${to} <-> ${from}`)
  })
}
