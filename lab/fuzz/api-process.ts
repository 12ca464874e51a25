// The API as a service, in a process of its own on a home of its own, with secrets in its settings that nobody may ever see.
// Never lets it reach this machine's systemd: a program of that name stands before the real one.

import { chmod, mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { readApiAddress } from '../../src/api/address.ts'
import { systemClock } from '../../src/base/clock.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { startChild } from '../../src/base/process.ts'
import { apiMemory } from '../../services/api-memory.ts'
import { askedWithoutLimit } from '../session-run.ts'

export type ApiProcess = AsyncDisposable & {
  readonly pid: number
  readonly port: number
  /** Aborts when it has ended by itself. */
  readonly died: AbortSignal
  /** What it wrote to standard error that is no log line. */
  readonly outcries: readonly string[]
  /** Its log lines at level ERROR, and all of its log as one text. */
  readLog(): Promise<{ readonly errors: readonly string[]; readonly text: string }>
}

export type ApiOrder = { readonly home: string; readonly folder: string; readonly signal: AbortSignal }

export const canaries = ['sb_secret_canary0000supabase00', 'canary-of-the-mail-server'] as const

const program = path.join(import.meta.dirname, '..', '..', 'bin', 'ezrec.ts')

/** `folder` is the experiment's own, beside the home. */
export async function startApi({ home, folder, signal }: ApiOrder): Promise<ApiProcess> {
  const programs = path.join(folder, 'programs')
  await mkdir(programs, { recursive: true })
  await writeFile(
    path.join(programs, 'systemctl'),
    '#!/bin/sh\n[ "$1" = show ] && for unit; do printf "Id=%s\\nLoadState=loaded\\n\\n" "$unit"; done\nexit 0\n',
  )
  await chmod(path.join(programs, 'systemctl'), 0o755)
  const outcries: string[] = []
  const died = new AbortController()
  const command = [...apiMemory.flags, '--disable-warning=ExperimentalWarning', program, '--home', home, 'api']
  const child = await startChild('/bin/sh', ['-c', 'PATH="$0:$PATH" exec "$@"', programs, process.execPath, ...command], {
    signal,
    stopSignals: ['SIGTERM', 'SIGKILL'],
    stopStepMs: 10_000,
    env: {
      ...apiMemory.env,
      ...askedWithoutLimit,
      API_HOST: '127.0.0.1',
      TRUSTED_PROXIES: '127.0.0.1',
      CORS_ORIGINS: 'https://book.example.org',
      TIMEZONE_NAME: 'Europe/Berlin',
      CAMERA_LEFT: 'simulated:left',
      CAMERA_RIGHT: 'simulated:right',
      RESOLUTION: '320x180',
      SUPABASE_URL: 'https://project.example.org',
      SUPABASE_SERVICE_ROLE_KEY: canaries[0],
      EMAIL_HOST: '127.0.0.1',
      EMAIL_PORT: '9',
      EMAIL_FROM: 'court@example.org',
      EMAIL_HOST_USER: 'court',
      EMAIL_HOST_PASSWORD: canaries[1],
    },
    onStderrLine: (line) => {
      if (!line.startsWith('{') && line.trim() !== '') outcries.push(line)
    },
  })
  let isOurEnd = false
  void child.exited.then(() => (isOurEnd ? undefined : died.abort()))
  for (let waitedMs = 0; waitedMs < 60_000 && !died.signal.aborted && !signal.aborted; waitedMs += 100) {
    const address = await readApiAddress(home)
    if (address?.pid === child.pid)
      return {
        pid: child.pid,
        port: address.port,
        died: died.signal,
        outcries,
        readLog: () => readLog(path.join(home, 'logs')),
        [Symbol.asyncDispose]: async () => {
          isOurEnd = true
          await child.stop()
        },
      }
    await systemClock.sleep(100, signal)
  }
  await child.stop()
  throw new EzrecError('timeout', `the API did not start: ${child.stderrTail().slice(-500)}`, {
    hint: `look into ${path.join(home, 'logs')}`,
  })
}

async function readLog(folder: string): Promise<{ readonly errors: readonly string[]; readonly text: string }> {
  const files = (await readdir(folder)).filter((name) => name.startsWith('ezrec-api.log'))
  const text = (await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')))).join('')
  const errors = text
    .split('\n')
    .filter((line) => line.includes('"ERROR"') && z.looseObject({ level: z.literal('ERROR') }).safeParse(parsed(line)).success)
  return { errors, text }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined // cut by a rotation
  }
}
