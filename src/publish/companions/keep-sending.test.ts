import assert from 'node:assert/strict'
import { test } from 'node:test'
import pino from 'pino'
import { z } from 'zod'
import { refusal } from '../stores/s3/bucket-error.ts'
import { keepSending } from './keep-sending.ts'

test('while the bucket refuses it is asked ever more rarely, and each kind of fault is told once, until it is over', async () => {
  const lines: string[] = []
  const rests: number[] = []
  const end = new AbortController()
  const answers = ['', 'SlowDown', 'SlowDown', ...Array.from({ length: 8 }, () => 'AccessDenied'), '', 'AccessDenied', '']
  await keepSending(
    {
      clock: {
        sleep: async (ms) => {
          rests.push(ms / 1_000)
          if (answers.length === 0) end.abort()
          await Promise.resolve()
        },
      },
      logger: pino({}, { write: (line: string) => void lines.push(z.object({ msg: z.string() }).parse(JSON.parse(line)).msg) }),
    },
    "a camera's track is not in the bucket",
    async () => {
      const answer = answers.shift() ?? ''
      await Promise.resolve()
      if (answer !== '') throw refusal('UploadPart', answer)
    },
    end.signal,
  )
  assert.deepEqual(rests, [5, 10, 20, 40, 80, 160, 320, 600, 600, 600, 600, 5, 10, 5])
  assert.deepEqual(
    lines.map((line) => line.replace("a camera's track is not in the bucket: ", '')),
    ['the bucket asks us to slow down', 'the credentials may not do this', 'the credentials may not do this'],
  )
})

test('who is told to stop while it sends says nothing of it', async () => {
  const end = new AbortController()
  const settle = async (): Promise<void> => {
    end.abort()
    await Promise.resolve()
    end.signal.throwIfAborted()
  }
  const told = (): never => assert.fail('it told of something')
  await keepSending({ clock: { sleep: told }, logger: pino({}, { write: told }) }, 'nothing', settle, end.signal)
})
