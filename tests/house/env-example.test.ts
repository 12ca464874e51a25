import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { envExample } from '../../config/env-example.ts'
import { parseEnvFile } from '../../config/env-file.ts'
import { variables } from '../../config/env.ts'
import { judgeSettings } from '../../config/settings.ts'

const written = readFileSync(path.resolve(import.meta.dirname, '..', '..', 'config', 'env.example'), 'utf8')

test('config/env.example is what the variables say (./ezrec config example > config/env.example)', () => {
  assert.equal(written, envExample())
})

test('copied as it is, the example changes nothing', () => {
  assert.deepEqual(parseEnvFile(written), { values: {}, faults: [] })
})

test('with every line taken in, each variable has the value of its example, and all are right', () => {
  const { values, faults } = parseEnvFile(written.replaceAll(/^#(?=[A-Z])/gm, ''))
  assert.deepEqual(faults, [])
  assert.deepEqual(values, Object.fromEntries(variables.map(({ name, example }) => [name, example])))
  judgeSettings(values, { home: '/srv/box', cwd: '/srv' })
})

test('no comment stands behind a value, where systemd would take it for part of it', () => {
  for (const line of written.split('\n')) if (/^#?[A-Z]/.test(line)) assert.doesNotMatch(line, /\s/)
})
