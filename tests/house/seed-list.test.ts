import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { variables } from '../../config/env.ts'
import { unreadOriginals } from '../../config/unread.ts'
import { quoted, readSeedTable, repository, seedItems, seedPage } from './seed-table.ts'

const rows = readSeedTable(seedPage)
const existing = rows.filter(({ when }) => when === 'now')

test('everything of the seed has a row that says what stands in its place', () => {
  const answered = new Set(rows.filter(({ here }) => here.length >= 4).map(({ seed }) => seed))
  const missing = Object.entries(seedItems).flatMap(([kind, items]) =>
    items.filter((item) => !answered.has(item)).map((item) => `${kind}: ${item}`),
  )
  assert.deepEqual(missing, [])
})

test('the list of what the seed had is not empty anywhere', () => {
  const fewest: Record<string, number> = {
    commands: 40,
    files: 37,
    endpoints: 17,
    'variables of the original': 67,
    markers: 5,
    statuses: 5,
  }
  for (const [kind, count] of Object.entries(fewest)) assert.ok((seedItems[kind]?.length ?? 0) >= count, kind)
})

test('each row says now, later or other, and nothing has two rows in one section', () => {
  for (const { seed, when } of rows) assert.match(when, /^(now|later|other)$/, seed)
  const keys = rows.map(({ section, seed }) => `${section}: ${seed}`)
  assert.deepEqual(keys, [...new Set(keys)])
})

test('every file that is said to stand here exists', () => {
  const looksLikeFile = /^(?!\.|\/)[\w.-]+(\/[\w.-]+)*(\/|\.(ts|md|json|sh|example))$|^LICENSE$/
  const files = existing.flatMap(({ here }) => quoted(here)).filter((name) => looksLikeFile.test(name))
  assert.ok(files.length > 20)
  assert.deepEqual(
    [...new Set(files)].filter((file) => !existsSync(path.join(repository, file))),
    [],
  )
})

test('every variable that a row names is one of ours or of the seed', () => {
  const known = new Set([
    ...variables.flatMap(({ name, aliases = [] }) => [name, ...aliases.map((alias) => alias.name)]),
    ...unreadOriginals,
  ])
  const named = rows.flatMap(({ here }) => quoted(here)).filter((name) => /^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/.test(name))
  assert.ok(named.length > 20)
  assert.deepEqual(
    named.filter((name) => !known.has(name)),
    [],
  )
})

test('a variable of the original that counts as kept is read, and no other is', () => {
  const read = new Set(variables.flatMap(({ name, aliases = [] }) => [name, ...aliases.map((alias) => alias.name)]))
  const ofOriginal = rows.filter(({ section }) => section.startsWith('Variables'))
  assert.ok(ofOriginal.length > 60)
  for (const { seed, when } of ofOriginal) {
    assert.ok(read.has(seed) !== unreadOriginals.has(seed), `${seed} is either read or named as unread`)
    if (when === 'now') assert.ok(read.has(seed), seed)
  }
})

const verbSchema = z.object({ command: z.object({ name: z.string(), verbs: z.array(z.object({ name: z.string() })).optional() }) })

test('every verb that a row tells people to type exists, with its verb below it', async () => {
  const typed = new Set(
    existing
      .flatMap(({ here }) => quoted(here))
      .map((text) => /^\.\/ezrec (?:--\w+ )?([a-z]+)(?: ([a-z]+))?/.exec(text))
      .map((match) => [match?.[1], match?.[2]].filter((word) => word !== undefined).join(' '))
      .filter((words) => words !== ''),
  )
  assert.ok(typed.size >= 10)
  const missing: string[] = []
  for (const words of typed) {
    const [verb = '', below] = words.split(' ')
    const file = path.join(repository, 'bin', 'commands', `${verb}.ts`)
    if (!existsSync(file)) missing.push(words)
    else {
      const { command } = verbSchema.parse(await import(pathToFileURL(file).href))
      if (command.name !== verb) missing.push(verb)
      if (command.verbs !== undefined && !command.verbs.some(({ name }) => name === below)) missing.push(words)
    }
  }
  assert.deepEqual(missing, [])
})
