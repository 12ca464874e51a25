// JSON lines: level as a word, time in UTC, a fixed message, facts as fields. Secrets are cut out before they reach a line.
// Never decides where a service runs: under systemd the journal keeps stderr; beside it `<home>/logs/<unit>.log` is rotated.

import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import pino from 'pino'
import { EzrecError, errnoOf } from './errors.ts'

export type Logger = pino.Logger
export type LogLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR'

export type LoggerOptions = {
  /** The unit's name: `dual_recorder`, `video_worker`, `ezrec-api`... */
  readonly service: string
  readonly level: LogLevel
  /** Also write `<folder>/<service>.log`. */
  readonly folder?: string
  /** Write to standard error (default true). */
  readonly stderr?: boolean
}

/** Fields carry the same names everywhere: `recording`, `booking`, `take`, `camera`, `durationMs`, `code`. */
export function openLogger(options: LoggerOptions): Logger {
  const sinks: pino.StreamEntry[] = []
  const level = options.level.toLowerCase()
  if (!isLevel(level)) throw new TypeError(`no such log level: ${options.level}`)
  if (options.stderr ?? true) sinks.push({ level, stream: { write: (line) => void process.stderr.write(line) } })
  if (options.folder !== undefined) sinks.push({ level, stream: rotatedFile(path.join(options.folder, `${options.service}.log`)) })
  return pino(
    {
      level,
      base: { service: options.service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label.toUpperCase() }), log: (fields) => scrubFields(fields, 0) },
      // `err` has passed `formatters.log` by then and is no error any more; the message passes nothing but this.
      serializers: { err: (value: unknown) => (value instanceof Error ? serializeError(value) : value), msg: scrubText },
    },
    pino.multistream(sinks),
  )
}

/** A logger that says nothing, for tests and for code that must not talk. */
export const silentLogger = (): Logger => pino({ level: 'silent' })

const isLevel = (text: string): text is 'debug' | 'info' | 'warn' | 'error' => ['debug', 'info', 'warn', 'error'].includes(text)

const secretName = /pass(word|wd)?$|secret|token|authorization|cookie|credential|api_?key|service_?role_?key|access_?key|^key$/i
const secretValue =
  /ezk_[\w-]{8,}|sb_secret_[\w-]+|\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+|(?<=:\/\/)[^/\s:@]*:[^/\s]+(?=@)|\bAKIA[0-9A-Z]{16}\b|(?<=Bearer\s)[\w.~+/-]+=*|(?<=\/s(?:hare)?\/)[\w-]{20,}/g

/** Whose film it is begins its key in the store; what lies below our own folders is nobody's. */
const ownerOfKey = /(?<![^\s/"'])(?!(?:recordings|takes)\/)[^\s/"']+(?=\/\d{4}-\d\d-\d\d\/[0-9A-HJKMNP-TV-Z]{26}\b)/g

/** A text with everything that looks like a secret, or says whose a film is, cut out. */
export const scrubText = (text: string): string => text.replaceAll(secretValue, '[redacted]').replaceAll(ownerOfKey, '[owner]')

function scrubFields(fields: Record<string, unknown>, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, secretName.test(name) ? '[redacted]' : scrub(value, depth)]),
  )
}

function scrub(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return scrubText(value)
  if (value instanceof Error) return serializeError(value)
  if (Array.isArray(value)) return depth > 4 ? '[deep]' : value.slice(0, 100).map((item) => scrub(item, depth + 1))
  if (value !== null && typeof value === 'object') return depth > 4 ? '[deep]' : scrubFields({ ...value }, depth + 1)
  return value
}

function serializeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: scrubText(String(error)) }
  const { code, hint, facts } = error instanceof EzrecError ? error : { code: errnoOf(error), hint: undefined, facts: undefined }
  return {
    type: error.name,
    message: scrubText(error.message),
    ...(code === undefined ? {} : { code }),
    ...(typeof hint === 'string' ? { hint: scrubText(hint) } : {}),
    ...(facts === undefined ? {} : { facts: scrub(facts, 1) }),
    stack: scrubText(error.stack ?? ''),
    ...(error.cause === undefined ? {} : { cause: serializeError(error.cause) }),
  }
}

const rotateAtBytes = 10 * 1024 * 1024
const keptFiles = 5

/** Appends lines; at 10 MB the file becomes `.1`, and `.5` goes. A file that cannot be written never stops its service. */
function rotatedFile(file: string): { write(line: string): void } {
  let bytes = -1
  return {
    write: (line) => {
      try {
        if (bytes < 0) {
          mkdirSync(path.dirname(file), { recursive: true })
          bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0
        }
        if (bytes > rotateAtBytes) {
          rmSync(`${file}.${keptFiles}`, { force: true })
          for (let n = keptFiles - 1; n >= 1; n -= 1)
            if (statSync(`${file}.${n}`, { throwIfNoEntry: false })) renameSync(`${file}.${n}`, `${file}.${n + 1}`)
          renameSync(file, `${file}.1`)
          bytes = 0
        }
        appendFileSync(file, line)
        bytes += Buffer.byteLength(line)
      } catch {
        bytes = -1 // the disk may be full or read-only: the journal still has the line
      }
    },
  }
}
