// The bounded form of `./ezrec lab upload`: one film through every kind of fault that there is, and its process killed twice.

import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { cannotServeS3, startS3Server } from '../../lab/s3-server.ts'
import type { UploadFault } from '../../lab/upload/faults.ts'
import { filmOf } from '../../lab/upload/film.ts'
import { disturb } from '../../lab/upload/upload.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const faults: readonly UploadFault[] = [
  { kind: 'lose-answer', when: 'begin' },
  { kind: 'cut', when: 1_000_000 },
  { kind: 'flip', when: 4_000_000 },
  { kind: 'kill', when: 7_000_000 },
  { kind: 'reset', when: 10_000_000 },
  { kind: 'slow', when: 12_000_000 },
  { kind: 'stall', when: 13_000_000 },
  { kind: 'flip-answer', when: 15_000_000 },
  { kind: 'lose-answer', when: 'complete' },
  { kind: 'kill', when: 'complete' },
]

test(
  'a film that is cut, reset, stalled, slowed, flipped, swallowed and killed on its way arrives whole, once',
  { skip: cannotServeS3 },
  async () => {
    using folder = temporaryFolder()
    mkdirSync(path.join(folder.path, 'swift'))
    await using server = await startS3Server(path.join(folder.path, 'swift'))
    const [seed, pieces] = ['suite', 16]
    const context = { folder: folder.path, signal: AbortSignal.timeout(120_000) }
    const point = await disturb(context, server, { n: 1, seed, pieces, film: filmOf(seed, pieces), faults })
    assert.deepEqual(point.faults, [])
    assert.equal(point.figures['kills'], 2)
    assert.ok(Number(point.figures['struck']) >= faults.length - 1, JSON.stringify(point.figures))
  },
)
