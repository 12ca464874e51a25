// A media disk that is not mounted, because its plug is loose or the box booted without it: its folder is there, and empty.

import assert from 'node:assert/strict'
import { mkdir, readFile, readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { assertDisks, missingDisks, rememberDisks } from '../../src/adapters/media-disks.ts'
import { readApiAddress } from '../../src/api/address.ts'
import { runChild } from '../../src/base/process.ts'
import { cannotMount } from '../machine.ts'
import { openHome, pause } from '../real-session.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { cardDisk, startCamera, untilTakes, type Disk } from './failing-disk.ts'

const run = async (program: string, ...args: readonly string[]): Promise<void> =>
  assert.equal((await runChild(program, args, { timeoutMs: 20_000 })).code, 0, `${program} ${args.join(' ')}`)

const unplug = (disk: Disk): Promise<void> => run('umount', disk.path)
const plugIn = (disk: Disk): Promise<void> => run('mount', '-o', 'loop', path.join(path.dirname(disk.path), 'card.img'), disk.path)

/** Waits for what another process will bring about; the limit only keeps a broken test from hanging. */
async function untilTrue(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await holds()); waited += 1) {
    assert.ok(waited < 300, `it never came: ${what}`)
    await pause(100)
  }
}

const says = async (file: string, text: string): Promise<boolean> => (await readFile(file, 'utf8').catch(() => '')).includes(text)

test('a home knows its disks: one that is gone is missed, unless another one is mounted in its place', { skip: cannotMount }, async () => {
  using home = temporaryFolder()
  await using disk = await cardDisk(16)
  const takes = path.join(disk.path, 'takes')
  const beside = home.file('recordings')
  await mkdir(takes)
  await mkdir(beside)
  const folders = [takes, beside]
  assert.deepEqual(await missingDisks(home.path, folders), [])
  await rememberDisks(home.path, folders)
  await rememberDisks(home.path, folders)
  assert.deepEqual(await missingDisks(home.path, folders), [])
  await unplug(disk)
  assert.deepEqual(await missingDisks(home.path, folders), [takes])
  await mkdir(takes) // somebody made the folder where the disk should be
  assert.deepEqual(await missingDisks(home.path, folders), [takes])
  await rememberDisks(home.path, folders)
  assert.deepEqual(await missingDisks(home.path, folders), [takes], 'what is missing is not learned anew')
  await rm(takes, { recursive: true })
  await run('mount', '-t', 'tmpfs', 'tmpfs', disk.path)
  assert.deepEqual(await missingDisks(home.path, folders), [], 'another disk takes its place')
  await mkdir(takes)
  assert.deepEqual(await rememberDisks(home.path, folders), [takes])
  await unplug(disk)
  assert.deepEqual(await missingDisks(home.path, folders), [takes], 'now the new one is missed')
  await plugIn(disk)
  assert.deepEqual(await missingDisks(home.path, folders), [])
  await rm(home.file('disks.json'))
  await unplug(disk)
  assert.deepEqual(await missingDisks(home.path, folders), [], 'what was removed on purpose is forgotten')
  await plugIn(disk)
})

test('no take begins beneath a disk that is gone; the first one begins when it is back', { skip: cannotMount }, async () => {
  using home = temporaryFolder()
  await using disk = await cardDisk(96)
  await rememberDisks(home.path, [disk.path])
  await unplug(disk)
  let tries = 0
  const beforeTake = async (): Promise<void> => {
    tries += 1
    await assertDisks(home.path, [disk.path])
  }
  await using running = await startCamera(disk.path, { beforeTake })
  await untilTrue('it is tried again', async () => tries >= 3)
  assert.deepEqual(await readdir(disk.path), [])
  await plugIn(disk)
  await untilTakes(disk.path, ([take]) => (take?.anchors.length ?? 0) >= 1)
  await running.stop()
})

test(
  'while a media disk is not mounted nothing is written beneath it, and everything goes on when it is back',
  { skip: cannotMount },
  async () => {
    await using home = await openHome()
    await using disk = await cardDisk(2_000) // with less, it would be a full disk
    const env = {
      TAKES_DIR: path.join(disk.path, 'takes'),
      RECORDINGS_DIR: path.join(disk.path, 'recordings'),
      STORE_DIR: path.join(disk.path, 'store'),
    }
    const record = (): ReturnType<typeof home.run> => home.run(['record', '--seconds', '2', '--json'], env)
    assert.equal((await record()).code, 0)
    await unplug(disk)
    const refused = await record()
    assert.equal(refused.code, 1)
    assert.match(refused.stdout + refused.stderr, /the disk of .*\/(takes|recordings|store) is not mounted/)
    const logs = path.join(home.folder, 'logs')
    const services = [await home.start(['recorder'], env), await home.start(['worker'], env), await home.start(['api'], env)]
    await untilTrue('the recorder says it', () => says(path.join(logs, 'dual_recorder.log'), 'nothing is recorded until the disk is there'))
    await untilTrue('the worker says it', () => says(path.join(logs, 'video_worker.log'), 'nothing is merged until it is there'))
    const health = z.object({ data: z.object({ status: z.string() }) })
    const ask = async (): Promise<string | undefined> => {
      const address = await readApiAddress(home.folder)
      const answer = address && (await fetch(new URL('/health', address.url)).catch(() => undefined))
      return answer && health.parse(await answer.json()).data.status
    }
    await untilTrue('the API says it', async () => (await ask()) === 'unhealthy')
    assert.deepEqual(await readdir(disk.path), [], 'nothing is written beneath')
    await plugIn(disk)
    await untilTrue('the worker goes on', () => says(path.join(logs, 'video_worker.log'), 'the media disks are there again'))
    await untilTrue('the API sees it', async () => (await ask()) !== 'unhealthy')
    for (const { child } of services) await child.stop()
    assert.equal((await record()).code, 0)
  },
)
