// The recorder's look at the database before rows follow the journals: in a thread, so that the recorder waits for nothing.
// Says only that it is ready; what was wrong with it is in the log.

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { homeDatabaseOf } from '../src/app.ts'
import { systemClock } from '../src/base/clock.ts'
import { messageOf } from '../src/base/errors.ts'
import { openLogger, type Logger } from '../src/base/logger.ts'
import { openBoxClock } from '../src/capture/box-time-file.ts'
import { clockTrusts, evidenceFor } from '../src/capture/clock-trust.ts'
import { holdDatabase } from '../src/system/restore/home-database.ts'

const text = z.string()
const order = z.object({
  paths: z.object({ home: text, database: text, plan: text, boxTime: text, takes: text, recordings: text, store: text, logs: text }),
  camera: z.object({ rigId: text }),
  booking: z.object({ userId: text, clockTrust: z.enum(clockTrusts) }),
  logging: z.object({ level: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']) }),
  logToStderr: z.boolean(),
})

export type DatabaseOrder = z.infer<typeof order>

const againMs = 5_000

/** Resolves with true when the database is sound and up to date, with false when the signal aborts first. Never rejects: capture goes on without it. */
export async function databaseReady(given: DatabaseOrder, log: Logger, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    try {
      await lookInThread(order.parse(given), signal)
      return true
    } catch (error) {
      if (!signal.aborted) log.error({ err: error }, `rows do not follow the journals yet: ${messageOf(error)}`)
      await systemClock.sleep(againMs, signal)
    }
  }
  return false
}

async function lookInThread(given: DatabaseOrder, signal: AbortSignal): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { workerData: given })
  const end = (): void => void worker.terminate() // what it was writing was not yet named, or is one transaction
  signal.addEventListener('abort', end, { once: true })
  try {
    await new Promise<void>((resolve, reject) => {
      worker.once('message', () => resolve())
      worker.once('error', reject)
      worker.once('exit', () => reject(new Error('the look at the database ended early')))
    })
  } finally {
    signal.removeEventListener('abort', end)
  }
}

if (!isMainThread && parentPort !== null) {
  const settings = order.parse(workerData)
  const { paths, booking, logging, logToStderr } = settings
  const clock = openBoxClock(paths.boxTime, { evidence: evidenceFor(booking.clockTrust) })
  const logger = openLogger({ service: 'dual_recorder', level: logging.level, folder: paths.logs, stderr: logToStderr })
  const hold = await holdDatabase(homeDatabaseOf(settings, { clock, logger }))
  hold[Symbol.dispose]()
  parentPort.postMessage('ready')
}
