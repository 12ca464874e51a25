import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { decidingFile, longFiles } from './folders.ts'
import { readSourceFiles, root } from './source-files.ts'

const sources = readSourceFiles().filter(({ isTest }) => !isTest)
const linesOf = (text: string): number => text.trimEnd().split('\n').length

test('half of the source files have fewer than 130 lines', () => {
  const lengths = sources.map(({ text }) => linesOf(text)).toSorted((a, b) => a - b)
  const median = lengths[Math.floor(lengths.length / 2)] ?? 0
  assert.ok(median > 0 && median < 130, `the median is ${median}`)
})

test('a file over 250 lines gives its reason, and only such a file does', () => {
  const long = sources.filter(({ text }) => linesOf(text) > 250).map(({ name, text }) => `${name} (${linesOf(text)})`)
  assert.deepEqual(
    long.filter((entry) => longFiles[entry.replace(/ .*/, '')] === undefined),
    [],
  )
  assert.deepEqual(
    Object.keys(longFiles).filter((name) => !long.some((entry) => entry.startsWith(`${name} (`))),
    [],
  )
})

test('every source file begins by saying what it is for and what it never does', () => {
  const bare = sources.filter(({ text }) => !/^(#!.*\n)?\/\/ \S.*\n\/\/ \S/.test(text)).map(({ name }) => name)
  assert.deepEqual(bare, [])
})

test('every file that decides has its test beside it', () => {
  const untested = sources
    .map(({ name }) => name)
    .filter((name) => decidingFile.test(name) && !existsSync(path.join(root, name.replace(/\.ts$/, '.test.ts'))))
  assert.deepEqual(untested, [])
})

test('the pattern knows a deciding file from another', () => {
  const names = ['src/booking/schedule.ts', 'src/sweep/retention-policy.ts', 'config/settings.ts', 'src/capture/drivers/file.ts']
  assert.deepEqual(
    names.filter((name) => !decidingFile.test(name)),
    [],
  )
  assert.equal(decidingFile.test('src/booking/store.ts'), false)
})

test('every name is kebab-case', () => {
  const odd = readSourceFiles()
    .map(({ name }) => name)
    .filter((name) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*(\.test|\.d)?\.ts$/.test(name))
  assert.deepEqual(odd, [])
})
