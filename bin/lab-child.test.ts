import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { runChild } from '../src/base/process.ts'
import { repositoryFolder } from './cli.ts'

/** What a verb of the laboratory says and how it ends. */
async function runVerb(...words: readonly string[]): Promise<{ code: number | null; document: unknown }> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ezrec-lab-child-'))
  try {
    const flags = ['--disable-warning=ExperimentalWarning', path.join(repositoryFolder, 'bin/ezrec.ts'), '--home', home]
    const { code, stdout } = await runChild(process.execPath, [...flags, ...words, '--json'])
    return { code, document: JSON.parse(stdout.toString('utf8')) }
  } finally {
    await rm(home, { recursive: true })
  }
}

test('without a name, the experiments and measurements that there are', async () => {
  const list = z.array(z.object({ name: z.string(), summary: z.string().min(10) }))
  const names = async (verb: string): Promise<string[]> => list.parse((await runVerb(verb)).document).map(({ name }) => name)
  assert.deepEqual(
    [await names('lab'), await names('bench')],
    [
      ['kill', 'crash', 'powercut', 'cameras', 'install', 'fuzz', 'upload', 'timing', 'offline', 'browsers', 'stores', 'small-disk'],
      ['publish', 'capture', 'edits', 'bookings', 'api', 'panorama', 'merge', 'box', 'sync', 'stitch', 'gallery'],
    ],
  )
})

test('an experiment that there is not is refused, with those that there are', async () => {
  const { code, document } = await runVerb('lab', 'publish')
  assert.equal(code, 2)
  assert.match(
    z.object({ message: z.string() }).parse(document).message,
    /there is no lab publish; there are kill, crash, powercut, cameras, install, fuzz, upload, timing, offline, browsers, stores/,
  )
})

test('an experiment that is mistyped is told with the one that was meant', async () => {
  const { document } = await runVerb('lab', 'crahs')
  assert.match(z.object({ message: z.string() }).parse(document).message, /^there is no lab crahs \(did you mean crash\?\); there are /)
})

test('a length that is none is refused before anything starts', async () => {
  const { code, document } = await runVerb('bench', 'publish', '--seconds', '20,soon')
  assert.equal(code, 2)
  assert.match(z.object({ message: z.string() }).parse(document).message, /--seconds: lengths in seconds/)
})
