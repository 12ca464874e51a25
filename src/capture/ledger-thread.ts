// The recorder's only way to the database: a thread of its own, so that a lock held elsewhere never stops the recorder's clock.
// Follows the journals and makes rows; says nothing back but that it has ended.

import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { holdShared } from '../adapters/database-hold.ts'
import { openDatabase, type Database } from '../adapters/sqlite.ts'
import { bootId, systemClock } from '../base/clock.ts'
import { openLogger, type Logger } from '../base/logger.ts'
import { beat, doingRecording } from '../adapters/heartbeat.ts'
import { noteStart } from '../adapters/service-starts.ts'
import { openBoxClock } from './box-time-file.ts'
import { clockTrusts, evidenceFor } from './clock-trust.ts'
import { openEraser } from './erase-outside.ts'
import { arrangementSchema } from './arrangement.ts'
import { keepLedger } from './ledger.ts'
import { openRecordings } from './recording-store.ts'
import { openSegmentLog } from './segment-log.ts'
import { openPictureWatch } from './status-light/light.ts'

const order = z.object({
  home: z.string(),
  database: z.string(),
  takesFolder: z.string(),
  planFile: z.string(),
  boxTimeFile: z.string(),
  clockTrust: z.enum(clockTrusts),
  timeZone: z.string(),
  rigId: z.string(),
  format: z.object({ width: z.int(), height: z.int(), fps: z.int() }),
  arrangement: arrangementSchema,
  sound: z.boolean(),
  margins: z.object({ leadInMs: z.number(), tailMs: z.number() }),
  logging: z.object({ level: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']), folder: z.string(), stderr: z.boolean() }),
})

export type LedgerOrder = z.infer<typeof order>

/** Keeps the thread running once the database is `ready` (false: it never will be): one that fails is started again. Disposing it waits until the
 *  last journal line has its row. */
export function startLedger(given: LedgerOrder, log: Logger, ready: (signal: AbortSignal) => Promise<boolean>): AsyncDisposable {
  const data = order.parse(given)
  const over = new AbortController()
  const kept = keepThread(data, log, ready, over.signal)
  return {
    [Symbol.asyncDispose]: async () => {
      over.abort()
      await kept
    },
  }
}

async function keepThread(
  given: LedgerOrder,
  log: Logger,
  ready: (signal: AbortSignal) => Promise<boolean>,
  over: AbortSignal,
): Promise<void> {
  if (!(await ready(over))) return
  do {
    await runThread(given, over).catch((error: unknown) =>
      log.error({ err: error, waitMs: againMs }, 'ledger thread failed, starting it again'),
    )
    await systemClock.sleep(againMs, over)
  } while (!over.aborted)
}

/** Its end without a word: the machine had no thread, descriptor or memory for it, or the database could not be opened. */
const againMs = 1_000

/** Resolves when the thread has ended as it was asked to; rejects with what ended it otherwise. */
async function runThread(given: LedgerOrder, stop: AbortSignal): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { workerData: given })
  const end = (): void => worker.postMessage('stop')
  if (stop.aborted) end()
  else stop.addEventListener('abort', end, { once: true })
  try {
    await new Promise<void>((resolve, reject) => worker.once('error', reject).once('exit', () => resolve()))
  } finally {
    stop.removeEventListener('abort', end)
  }
}

const lookBackMs = 2 * 86_400_000
const tickMs = 200

async function keep({ home, database, logging, boxTimeFile, clockTrust, ...rest }: LedgerOrder, stop: AbortSignal): Promise<void> {
  const clock = openBoxClock(boxTimeFile, { evidence: evidenceFor(clockTrust) })
  const log = openLogger({ service: 'dual_recorder', ...logging })
  using _hold = await holdShared(home, (ms) => clock.sleep(ms), stop)
  if (!_hold) return
  using db = openDatabase(database, { busyTimeoutMs: 2_000 })
  const segments = openSegmentLog({
    takesFolder: rest.takesFolder,
    rigId: rest.rigId,
    sinceMs: Math.min(clock.nowMs() - lookBackMs, oldestOpenMs(db)),
    labelOf: clock.labelOf,
    keepUntrusted: true,
  })
  const eraser = openEraser({ db, rigId: rest.rigId, log })
  const pictures = openPictureWatch()
  const start = { service: 'dual_recorder', bootId: bootId(), pid: process.pid, atMs: clock.nowMs() }
  let noted = false
  for (let last = false; !last;) {
    last = stop.aborted
    try {
      if (!noted) noteStart(db, start)
      noted = true
      await keepLedger({ db, clock, log: segments, eraser, ...rest }, { last })
      beat(db, {
        service: 'dual_recorder',
        pid: process.pid,
        atMs: clock.nowMs(),
        doing: pictures.look(segments.takes, clock.monotonicUs()) ? doingRecording : 'waiting',
      })
    } catch (error) {
      log.error({ err: error }, 'rows could not follow the journals, trying again')
    }
    if (!last) await clock.sleep(tickMs, stop)
  }
}

/** When the oldest recording that is not done begins: its takes must be known, however long the box was off. */
const oldestOpenMs = (db: Database): number => openRecordings(db)[0]?.startsAtMs ?? Number.POSITIVE_INFINITY

if (!isMainThread && parentPort !== null) {
  const stop = new AbortController()
  const port = parentPort
  port.once('message', () => {
    port.unref()
    stop.abort()
  })
  await keep(order.parse(workerData), stop.signal)
  port.close()
}
