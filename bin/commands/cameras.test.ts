import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { takeInstanceLock } from '../../src/adapters/instance-lock.ts'
import { command } from './cameras.ts'

const listSchema = z.object({
  format: z.object({ width: z.int(), height: z.int(), fps: z.int() }),
  cameras: z.array(z.object({ camera: z.string(), kind: z.string(), ready: z.boolean(), fault: z.string().nullable() })),
})

/** Runs a verb of `cameras` in a home with this .env file. */
async function runIn(envFile: string, verb: string, use: (run: () => Promise<unknown>, home: string) => Promise<void>): Promise<void> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ezrec-cameras-'))
  try {
    await writeFile(path.join(home, '.env'), envFile, { mode: 0o600 })
    const found = command.verbs.find(({ name }) => name === verb)
    const run = async (): Promise<unknown> => {
      const documents: unknown[] = []
      const context = { home, json: true, verbose: false, args: [], options: { seconds: '1' }, signal: new AbortController().signal }
      const exitCode = await found?.run({ ...context, out: (it) => documents.push(it), print: () => undefined, say: () => undefined })
      return { exitCode, document: documents[0] }
    }
    await use(run, home)
  } finally {
    await rm(home, { recursive: true })
  }
}

test('each source is listed with its kind, and why it cannot be used', () =>
  runIn('CAMERA_LEFT=simulated:left\nCAMERA_RIGHT=file:/nowhere/right.mp4\nRESOLUTION=640x360\n', 'list', async (run) => {
    const { exitCode, document } = z.object({ exitCode: z.int(), document: listSchema }).parse(await run())
    assert.equal(exitCode, 1)
    assert.deepEqual(document.format, { width: 640, height: 360, fps: 25 })
    assert.deepEqual(document.cameras[0], { camera: 'left', kind: 'simulated', ready: true, fault: null })
    assert.match(document.cameras[1]?.fault ?? '', /there is no such file/)
  }))

test('a USB camera that is not there is told; a network camera is not asked, and its password is nowhere', () =>
  runIn('CAMERA_LEFT=v4l2:/dev/video77\nCAMERA_RIGHT=rtsp://club:hunter2@10.0.0.9/stream\n', 'list', async (run, home) => {
    const { document } = z.object({ document: listSchema }).parse(await run())
    assert.deepEqual(
      document.cameras.map(({ kind, ready }) => [kind, ready]),
      [
        ['v4l2', false],
        ['rtsp', true],
      ],
    )
    assert.match(document.cameras[0]?.fault ?? '', /no camera at \/dev\/video77|could not start v4l2-ctl/)
    assert.equal(JSON.stringify(document).includes('hunter2'), false)
    assert.deepEqual(await readdir(home), ['.env'])
  }))

test('the board and what it can record are told', () =>
  runIn('CAMERA_LEFT=simulated:left\nCAMERA_RIGHT=simulated:right\n', 'list', async (run) => {
    const answer = z.object({
      board: z.object({ kind: z.string(), model: z.string() }),
      plan: z.object({
        known: z.enum(['measured', 'estimated']),
        rows: z.array(z.object({ work: z.string(), live: z.string() })).length(3),
      }),
      connected: z.union([
        z.object({ csi: z.array(z.unknown()), usb: z.array(z.unknown()), nodes: z.int() }),
        z.object({ fault: z.string() }),
      ]),
    })
    answer.parse(z.object({ document: z.unknown() }).parse(await run()).document)
  }))

test('the cameras are not taken from a recorder that has them', () =>
  runIn('CAMERA_LEFT=simulated:left\nCAMERA_RIGHT=simulated:right\n', 'test', async (run, home) => {
    using _recorder = takeInstanceLock(home, 'dual_recorder')
    await assert.rejects(run, { code: 'conflict' })
  }))
