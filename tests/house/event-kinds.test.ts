import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { mayHear } from '../../src/api/events/event-policy.ts'
import { roles } from '../../src/api/people/role.ts'
import { readSourceFiles, root } from './source-files.ts'

/** A file's name looks like a kind, too. */
const isFileName = (text: string): boolean => /\.(json|jpg|vtt|mp4|ts)$/.test(text)

/** What is written as a kind in the files that make events. */
function kindsInCode(): string[] {
  const makers = readSourceFiles().filter(({ name, isTest, code }) => name.startsWith('src/') && !isTest && /\baddEvent\(/.test(code))
  const found = makers.flatMap(({ code }) => [...code.matchAll(/'([a-z]+(?:-[a-z]+)*(?:\.[a-zA-Z-]+)+)'/g)].map(([, kind = '']) => kind))
  return [...new Set(found)].filter((kind) => !isFileName(kind)).toSorted()
}

/** Each kind that the reference names, with the least role that hears it. */
function kindsInDocs(): Map<string, string> {
  const [, section = ''] = readFileSync(path.join(root, 'docs/ref/api.md'), 'utf8').split('\n## Events\n')
  const rows = (section.split(/\n## /)[0] ?? '').matchAll(/^\| (viewer|operator|admin)s \| (.*) \|$/gm)
  return new Map(
    [...rows].flatMap(([, role = '', kinds = '']) => [...kinds.matchAll(/`([^`]+)`/g)].map(([, kind = '']) => [kind, role] as const)),
  )
}

test('every kind of event stands in the reference, with who hears it, and none that there is not', () => {
  const told = kindsInDocs()
  assert.ok(told.size > 50)
  assert.deepEqual(kindsInCode(), [...told.keys()].toSorted())
  for (const [kind, least] of told)
    assert.equal(
      roles.find((role) => mayHear(role, kind)),
      least,
      kind,
    )
})
