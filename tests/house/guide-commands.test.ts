import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { readGuideLines } from '../../lab/install/guide-lines.ts'
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

test('every shell line of the guides is typed by `lab install`, but for those that are known to be run elsewhere', async () => {
  const { typed, elsewhere } = await readGuideLines()
  assert.ok(typed.length >= 15)
  assert.deepEqual(elsewhere, [
    // The lab is given a clone, runs deployment.sh and writes settings by itself.
    'git clone https://github.com/naeimsalib/EZREC-BACKEND-2.git',
    'cd EZREC-BACKEND-2',
    'sudo ./deployment.sh',
    'sudo nano /opt/ezrec-backend/.env',
    // It books by the same verb, at other times.
    'sudo ezrec booking add --start now --minutes 2',
    'sudo ./deployment.sh --uninstall',
    // No cameras in such a machine: `lab cameras` has them.
    'v4l2-ctl --list-devices',
    'ls -la /dev/video*',
    // The uninstallation stops it.
    'sudo systemctl stop ezrec.target',
  ])
})
