// Every setting that may hold a secret holds a word that stands nowhere else: it must be found in no argument list, no environment of a child, no log, no answer and no file of the box.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { variables } from '../../config/env.ts'
import { openSettings } from '../../config/settings.ts'
import { openDatabase } from '../../src/adapters/sqlite.ts'
import { readApiAddress } from '../../src/api/address.ts'
import { createKey } from '../../src/api/people/key-store.ts'
import { routeTable } from '../../src/api/route-table.ts'
import { findRecordingOf } from '../../src/capture/recording-store.ts'
import { systemClock } from '../../src/base/clock.ts'
import { openHome, pause, processesOf, rigEnvironment } from '../real-session.ts'
import { booking } from '../running-box.ts'

/** None of them may look like a secret: what is cut out of a log by its look alone proves nothing. */
const canaryOf = (name: string): string => `canary${name.replaceAll('_', '').toLowerCase()}bird`

const secretNames = variables.filter(({ secret }) => secret === true).map(({ name }) => name)
/** An address may hold a password: of a camera and of a microphone that are missed, which is told in logs and answers. */
const addressOf = (name: string): string => `rtsp://court:${canaryOf(name)}@127.0.0.1:9/${name.toLowerCase()}`
const addressed = ['CAMERA_RIGHT', 'SOUND']
const canaries = [...secretNames, ...addressed].map(canaryOf)

/** Nobody listens there: the bucket and the mail server are wanted and missed, which is told in logs and answers. */
const around = {
  S3_BUCKET: 'films',
  S3_ENDPOINT: 'http://127.0.0.1:9',
  S3_MAX_ATTEMPTS: '1',
  SUPABASE_URL: 'https://project.example.org',
  EMAIL_HOST: '127.0.0.1',
  EMAIL_PORT: '9',
  EMAIL_FROM: 'court@example.org',
  EMAIL_HOST_USER: 'court',
  LOG_LEVEL: 'DEBUG',
}

test('no secret of the settings is seen on a box that records, publishes, is asked everything and misses its bucket, a camera and a microphone', async () => {
  await using home = await openHome()
  const cache = path.join(home.folder, 'cache')
  // Its own: addresses are kept there.
  for (const name of readdirSync(rigEnvironment.CACHE_DIR).filter((each) => /^pitch-left-live-640x360-|^simulated-cal/.test(each)))
    await cp(path.join(rigEnvironment.CACHE_DIR, name), path.join(cache, name), { recursive: true })
  const env = {
    ...around,
    CACHE_DIR: cache,
    ...Object.fromEntries(secretNames.map((name) => [name, canaryOf(name)])),
    ...Object.fromEntries(addressed.map((name) => [name, addressOf(name)])),
  }
  const up = await home.start(['up'], env)
  const found = new Set<string>()
  const seen = new Set<number>()
  const look = (): void => {
    for (const pid of processesOf(home.folder)) {
      seen.add(pid)
      const told = [procFile(pid, 'cmdline'), ...(pid === up.child.pid ? [] : [procFile(pid, 'environ')])].join('\n')
      for (const canary of canaries)
        if (told.includes(canary)) found.add(`${canary} in ${procFile(pid, 'cmdline').replaceAll('\0', ' ').slice(0, 200)}`)
    }
  }
  const watch = setInterval(look, 150)
  const startMs = Date.now() + 8_000
  const { id } = await booking(home, 'add', '--start', new Date(startMs).toISOString(), '--end', new Date(startMs + 4_000).toISOString())
  const { folder } = home
  await merged(folder, id)
  await pause(3_000) // the upload is tried, and fails
  clearInterval(watch)
  assert.deepEqual([...found], [])
  assert.ok(seen.size >= 8, `${seen.size} processes were looked at`)
  assert.ok(
    canaries.every((canary) => procFile(up.child.pid, 'environ').includes(canary)),
    'who started the box gave it all of them',
  )
  const told = await answersOf(folder)
  for (const verb of [['config', 'check'], ['doctor', '--verbose'], ['status'], ['uploads'], ['fsck']]) {
    const { stdout, stderr } = await home.run([...verb, '--json'], env)
    told.push(`${verb.join(' ')}\n${stdout}\n${stderr}`)
  }
  up.child.kill('SIGINT')
  const { stdout, stderr } = await up.ended
  told.push(`up\n${stdout}\n${stderr}`)
  for (const text of told) for (const canary of canaries) assert.ok(!text.includes(canary), `${canary} in ${text.slice(0, 100)}`)
  const logs = readdirSync(path.join(folder, 'logs'))
  assert.ok(logs.length >= 3, logs.join(' '))
  const addresses = filesOf(folder).filter((file) => file.endsWith('.address'))
  assert.equal(addresses.length, addressed.length, 'what only the program of the camera reads')
  for (const file of addresses) assert.equal(statSync(file).mode & 0o777, 0o600)
  for (const file of filesOf(folder).filter((each) => !addresses.includes(each))) {
    const bytes = readFileSync(file)
    for (const canary of canaries) assert.ok(!bytes.includes(canary), `${canary} in ${path.relative(folder, file)}`)
  }
})

async function merged(folder: string, bookingId: string): Promise<void> {
  using db = openDatabase(openSettings(folder).settings.paths.database)
  for (let waited = 0; waited < 90_000; waited += 200) {
    if (findRecordingOf(db, bookingId)?.steps.some(({ name, state }) => name === 'merge' && state === 'done')) return
    await pause(200)
  }
  assert.fail('nothing was merged')
}

/** Of every route that reads and wants no id, to an admin. */
async function answersOf(folder: string): Promise<string[]> {
  using db = openDatabase(openSettings(folder).settings.paths.database)
  const { key } = createKey(db, systemClock, { name: 'canary', role: 'admin' })
  const { url = '' } = (await readApiAddress(folder)) ?? {}
  const endless = new Set(['/events', '/system/logs/follow'])
  const reads = routeTable
    .filter((each) => each.method === 'get' && !each.path.includes('{') && !endless.has(each.path))
    .map((each) => each.path)
  const told: string[] = []
  for (const where of [...reads, '/openapi.json', '/system/logs?level=DEBUG&limit=1000']) {
    const answer = await fetch(url + where, { headers: { authorization: `Bearer ${key}` }, signal: AbortSignal.timeout(20_000) })
    told.push(`GET ${where}\n${JSON.stringify([...answer.headers])}\n${await answer.text()}`)
  }
  assert.ok(told.length > 20 && told.some((text) => text.includes('"success":true')))
  return told
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => statSync(file).size < 64 * 1024 * 1024)
}

function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1')
  } catch {
    return '' // it has just ended
  }
}
