// What a demo that has ended says to type for its link to open again: typed as it stands, it opens.

import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { startChild } from '../../src/base/process.ts'
import { openHome } from '../real-session.ts'

test('the link of demo --once opens with the command that it names', async () => {
  await using home = await openHome()
  // One that nobody takes while it is free: other tests' boxes take the next free one from 8000.
  const port = 20_000 + (process.pid % 10_000)
  const ended = await home.run(['demo', '--once', '--seconds', '2', '--port', String(port)])
  assert.equal(ended.code, 0, ended.stderr)
  const [, link = ''] = /link: (\S+)/.exec(ended.stdout) ?? []
  const [, typed = ''] = /it opens while this runs: (.*)/.exec(ended.stdout) ?? []
  assert.match(typed, new RegExp(`^API_PORT=${port} \\./ezrec --home \\S+/demo api$`))
  await assert.rejects(fetch(link), 'nobody serves it now')
  const program = `${process.execPath} --disable-warning=ExperimentalWarning ${path.resolve('bin/ezrec.ts')}`
  await using _api = await startChild('sh', ['-c', typed.replace('./ezrec', `exec ${program}`)], {})
  let answer: Response | undefined
  for (let tries = 0; tries < 200 && !answer; tries += 1) {
    await setTimeout(100)
    answer = await fetch(link).catch(() => undefined)
  }
  assert.equal(answer?.status, 200)
})
