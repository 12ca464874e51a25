import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { root } from './source-files.ts'

const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8')
const guide = textOf('docs/guide/troubleshoot.md')

/** The members of a union of words, one a line, as the code declares it. */
function union(file: string, type: string): string[] {
  const [, members = ''] = new RegExp(`type ${type} =((?:\\n  \\| '[\\w-]+')+)`).exec(textOf(file)) ?? []
  return [...members.matchAll(/'([\w-]+)'/g)].map(([, word = '']) => word)
}

/** Each closed list of codes, with the heading under which the guide explains it. */
const lists = [
  ['Cameras', union('src/capture/drivers/failure-cause.ts', 'CauseCode'), 19],
  ['Microphones', union('src/capture/sound/sound-cause.ts', 'SoundCauseCode'), 7],
  ['Uploads', union('src/publish/stores/s3/fault-policy.ts', 'FaultKind'), 21],
  ['Everything else', union('src/base/errors.ts', 'ErrorCode'), 14],
] as const

/** Codes in the first column of the table under that heading. */
function explained(heading: string): string[] {
  const [, section = ''] = guide.split(`\n### ${heading}\n`)
  return (section.split(/\n##+ /)[0] ?? '')
    .split('\n')
    .flatMap((line) => (line.startsWith('| `') ? codesIn(line.split(' | ')[0] ?? '') : []))
}

const codesIn = (cell: string): string[] => [...cell.matchAll(/`([\w-]+)`/g)].map(([, code = '']) => code)

for (const [heading, codes, fewest] of lists)
  test(`the guide explains every code of: ${heading}`, () => {
    assert.ok(codes.length >= fewest, `${codes.length} codes were found`)
    assert.deepEqual(explained(heading).toSorted(), codes.toSorted())
  })

test('the guide explains every cause of a gap that the design pages name', () => {
  const gaps = ['merge', 'sound'].flatMap((page) => {
    const [, table = ''] = textOf(`docs/design/${page}.md`).split('| cause | meaning |\n|---|---|\n')
    return (table.split('\n\n')[0] ?? '').split('\n').flatMap((line) => codesIn(line.split(' | ')[0] ?? ''))
  })
  assert.ok(gaps.length >= 12)
  const here = explained('Ends of takes, and gaps in films')
  assert.deepEqual(
    [...new Set(gaps)].filter((code) => !here.includes(code)),
    [],
  )
})
