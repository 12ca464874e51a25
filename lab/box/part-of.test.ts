import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeArgs, encodeArgs, verifyArgs } from '../../src/adapters/ffmpeg.ts'
import { encodeRawArguments, playRawArguments } from '../../src/capture/drivers/encoded-rig.ts'
import { estimateBoard, inRealTime, partOf } from './part-of.ts'

const line = (...words: readonly string[]): string => `${words.join('\0')}\0`
const encode = { width: 1_280, height: 720, fps: 25, preset: 'ultrafast', crf: 23, maxRateKbps: 6_000, chunkFrames: 50 } as const

test('every process of a box is known by what it was started with', () => {
  for (const [part, commandLine] of [
    ['rig', line('node', '/a/src/capture/loop-camera/main.ts', '{}')],
    ['rig', line('node', '/a/src/capture/drivers/encoded-rig/main.ts', '{}')],
    ['rig', line('ffmpeg', ...playRawArguments)],
    ['cameras', line('ffmpeg', ...encodeRawArguments(25, 5_000))],
    ['chains', line('node', '/a/src/capture/camera-chain.ts', '/home/takes/x-left')],
    ['chains', line('node', '/a/bin/ezrec.ts', '--home', '/h', 'recorder', '--under-parent')],
    ['decode', line('ffmpeg', ...decodeArgs({ width: 1_280, height: 720 }))],
    ['merge', line('node', '/a/bin/ezrec.ts', '--home', '/h', 'worker', '--under-parent')],
    ['encode', line('ffmpeg', ...encodeArgs(encode))],
    ['verify', line('ffmpeg', ...verifyArgs())],
    ['api', line('node', '/a/bin/ezrec.ts', '--home', '/h', 'api', '--under-parent')],
    ['other', line('node', '/a/bin/ezrec.ts', '--home', '/h', 'record', '--seconds', '60')],
  ] as const)
    assert.equal(partOf(commandLine), part, commandLine.replaceAll('\0', ' '))
})

test('the estimate for a board is all parts but the rig, by what x264 takes here and there', () => {
  const cores = { rig: 1, cameras: 0.5, chains: 0, decode: 0, merge: 0, encode: 0.5, verify: 0, api: 0, other: 0 }
  const { factor, cores: there, coresByPart, isEstimate } = estimateBoard(cores, 0.3)
  assert.deepEqual(
    [factor, there],
    [
      { least: 2, most: 3 },
      { least: 2, most: 3 },
    ],
  )
  assert.deepEqual(coresByPart['encode'], [1, 1.5])
  assert.equal(coresByPart['rig'], undefined)
  assert.equal(isEstimate, true)
})

test('a merge that did half of its work is counted for the whole of it, and nobody else is', () => {
  const cores = { rig: 0.3, cameras: 0.4, chains: 0.02, decode: 0.1, merge: 0.2, encode: 0.3, verify: 0.1, api: 0.01, other: 0.05 }
  assert.deepEqual(inRealTime(cores, 0.5), { ...cores, decode: 0.2, merge: 0.4, encode: 0.6, verify: 0.2 })
})
