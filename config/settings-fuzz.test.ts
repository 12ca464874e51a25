import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EzrecError } from '../src/base/errors.ts'
import { variables } from './env.ts'
import { examineSettings, judgeSettings } from './settings.ts'

const context = { home: '/srv/box', cwd: '/srv' }

const names = variables.flatMap(({ name, aliases = [] }) => [name, ...aliases.map((alias) => alias.name)])
const secretNames = variables
  .filter(({ secret }) => secret === true)
  .flatMap(({ name, aliases = [] }) => [name, ...aliases.map((a) => a.name)])

const anyValue = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 5000 }),
  fc.constantFrom(
    '0',
    '-1',
    '1e9',
    'NaN',
    'true',
    '1280x720',
    'https://a.b',
    '__proto__',
    'constructor',
    'rtsp://u:p@h',
    '10.0.0.0/8',
    '<home>',
  ),
  fc.integer().map(String),
)

test('whatever stands in the variables, there are settings or one error of code invalid', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), anyValue), (env) => {
      try {
        const { settings } = judgeSettings(env, context)
        assert.ok(settings.camera.width % 2 === 0 && settings.camera.fps >= 5 && settings.api.port >= 1)
      } catch (error) {
        assert.ok(error instanceof EzrecError, String(error))
        assert.equal(error.code, 'invalid')
        for (const line of error.message.split('\n').slice(1)) assert.match(line, /^ {2}[A-Z0-9_]+ .*; for example [A-Z0-9_]+=/)
      }
    }),
    { numRuns: 150 },
  )
})

test('a secret is in no message, fact, hint or warning, however wrong it is', () => {
  const mark = 'hunter2hunter2'
  const hidden = fc.tuple(fc.string(), fc.string()).map(([before, after]) => before + mark + after)
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...secretNames), hidden, { minKeys: 1 }),
      fc.dictionary(fc.constantFrom(...names.filter((name) => !secretNames.includes(name))), anyValue),
      (secrets, others) => {
        const { faults, warnings, settings } = examineSettings({ ...others, ...secrets }, context)
        assert.ok(!JSON.stringify([faults, warnings]).includes(mark))
        if (settings !== undefined) return
        try {
          judgeSettings({ ...others, ...secrets }, context)
          assert.fail('faults must refuse')
        } catch (error) {
          assert.ok(error instanceof EzrecError)
          assert.ok(!JSON.stringify([error.message, error.hint, error.facts, String(error.cause)]).includes(mark))
        }
      },
    ),
    { numRuns: 100 },
  )
})
