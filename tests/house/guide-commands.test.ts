import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { repository } from './seed-table.ts'

const guides = path.join(repository, 'docs', 'guide')
const texts = readdirSync(guides).map((name) => readFileSync(path.join(guides, name), 'utf8'))
const verbSchema = z.object({ command: z.object({ name: z.string(), verbs: z.array(z.object({ name: z.string() })).optional() }) })

test('every command of ours that a guide tells people to type exists', async () => {
  const typed = texts.flatMap((text) => [...text.matchAll(/(?:sudo |\.\/)ezrec (?:--\w+ \S+ )?([a-z]+)(?: ([a-z]+))?/g)])
  assert.ok(typed.length > 20)
  for (const [line, verb = '', below] of typed) {
    const file = path.join(repository, 'bin', 'commands', `${verb}.ts`)
    assert.ok(existsSync(file), line)
    const { command } = verbSchema.parse(await import(pathToFileURL(file).href))
    if (command.verbs !== undefined)
      assert.ok(
        command.verbs.some(({ name }) => name === below),
        line,
      )
  }
})

test('every unit that a guide names is one of ours', () => {
  const named = new Set(texts.flatMap((text) => [...text.matchAll(/\b[\w-]+\.(?:service|timer|target)\b/g)].map(([name]) => name)))
  assert.ok(named.size >= 4)
  assert.deepEqual(
    [...named].filter((name) => name !== 'ezrec.service' && !existsSync(path.join(repository, 'systemd', name))),
    [],
  )
})
