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

test('who is told to try the cameras of an installed box is told to stop the recorder before, which holds them, and to start it again', () => {
  const tries = texts.flatMap((text) => [...text.matchAll(/.*\n.*sudo ezrec cameras test\n.*\n/g)].map(([around]) => around.split('\n')))
  assert.equal(tries.length, texts.join('\n').split('sudo ezrec cameras test').length - 1)
  for (const [before, , after] of tries)
    assert.deepEqual(
      [before, after],
      ['stop', 'start'].map((verb) => `sudo systemctl ${verb} dual_recorder.service`),
    )
})
