// A camera that cannot start before somebody changes something: tried ever more rarely, told once, and at once when its device appears.

import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { pino } from 'pino'
import { z } from 'zod'
import { systemClock, type Clock } from '../../src/base/clock.ts'
import { keepCamera } from '../../src/capture/camera-process.ts'
import { openSegmentLog } from '../../src/capture/segment-log.ts'
import type { Take } from '../../src/capture/take.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const program = new URL('../programs/says-and-dies.ts', import.meta.url).pathname

type Kept = { readonly waitsMs: number[]; readonly told: string[]; readonly takes: readonly Take[] }

/** A camera whose program says `words` and dies, until it has been started `starts` times; `onWait` is told of each wait beyond a second. */
async function keepUntil(
  words: string,
  starts: number,
  onWait: (devFolder: string, waitMs: number) => void = () => undefined,
): Promise<Kept> {
  using folder = temporaryFolder()
  const devFolder = folder.file('dev')
  const takesFolder = folder.file('takes')
  mkdirSync(devFolder)
  mkdirSync(takesFolder)
  const stop = new AbortController()
  const waitsMs: number[] = []
  const told: string[] = []
  let movedMs = 0
  // Time passes as fast as it is waited for: the chains alone take their own.
  const clock: Clock = {
    nowMs: () => systemClock.nowMs(),
    monotonicUs: () => systemClock.monotonicUs() + movedMs * 1_000,
    sleep: async (ms, signal) => {
      movedMs += ms
      if (!stop.signal.aborted) waitsMs.push(ms)
      onWait(devFolder, ms)
      await systemClock.sleep(ms < 500 ? 40 : 1, signal) // a chain's last words come meanwhile
    },
  }
  const line = z.object({ level: z.number(), msg: z.string(), code: z.string().optional() })
  const log = pino(
    { level: 'info' },
    {
      write: (text: string) => {
        const { level, msg, code } = line.parse(JSON.parse(text))
        if (level >= 50) told.push(code ?? msg)
      },
    },
  )
  const segments = openSegmentLog({ takesFolder, rigId: 'rig', sinceMs: 0 })
  const command = { program: process.execPath, args: [program, words], stopSignals: ['SIGTERM'] as const }
  const options = { camera: 'left', rigId: 'rig', takesFolder, command, segmentMs: 4_000, stallMs: 2_000, startMs: 30_000 } as const
  const kept = keepCamera({ ...options, devFolder, clock, dateMs: () => Date.now(), log }, stop.signal)
  for (let waited = 0; waited < 60_000 && segments.takes.filter(({ ended }) => ended).length < starts; waited += 50) {
    await systemClock.sleep(50)
    await segments.refresh()
  }
  stop.abort()
  await kept
  return { waitsMs, told, takes: segments.takes }
}

test('a camera that this user may not open is tried ever more rarely, and told once', async () => {
  const { takes, told, waitsMs } = await keepUntil('Permission denied', 8)
  assert.ok(takes.length >= 8, 'it is tried again all the same')
  assert.deepEqual(told, ['camera-permission'])
  const waited = waitsMs.reduce((sum, ms) => sum + ms, 0)
  assert.ok(waited >= 2_000 + 4_000 + 8_000, `waited ${waited} ms for 8 starts`)
})

test('a camera whose trouble passes by itself is started again as soon as ever, and each end is told', async () => {
  const { takes, told, waitsMs } = await keepUntil('Camera frontend has timed out!', 4)
  assert.ok(takes.length >= 4)
  assert.ok(told.length >= 4 && told.every((code) => code === 'camera-hung'), told.join(' '))
  assert.ok(waitsMs.every((ms) => ms <= 5_050))
})

test('a camera that was unplugged is started as soon as its device is there again', async () => {
  let looks = 0
  const { takes, waitsMs } = await keepUntil('/dev/video0: No such device', 5, (devFolder, waitMs) => {
    if (waitMs !== 500) return
    looks += 1
    if (looks === 2) writeFileSync(`${devFolder}/video0`, '')
  })
  assert.ok(takes.length >= 5)
  assert.ok(looks >= 2, `it was looked for: ${waitsMs.join(' ')}`)
})
