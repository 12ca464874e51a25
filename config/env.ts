// Every variable of the environment that EZREC knows, by group; and the one place that reads the environment.
// Never judges a value: settings.ts does.

import { closeSync, fstatSync, openSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { errnoOf, messageOf } from '../src/base/errors.ts'
import { parseEnvFile } from './env-file.ts'
import type { Fault } from './fault.ts'
import { factsOf, type VariableFacts } from './variable.ts'
import { bookingVariables } from './variables/booking.ts'
import { brandingVariables } from './variables/branding.ts'
import { cameraVariables } from './variables/camera.ts'
import { databaseVariables, storageVariables } from './variables/cloud.ts'
import { apiVariables, loggingVariables, shareVariables } from './variables/door.ts'
import { keepVariables } from './variables/keep.ts'
import { mailVariables } from './variables/mail.ts'
import { mergeVariables } from './variables/merge.ts'
import { pathVariables } from './variables/paths.ts'

/** The groups of the settings: a property of each for each variable, with its form. */
export const settingsSchema = z.object({
  paths: pathVariables,
  camera: cameraVariables,
  booking: bookingVariables,
  merge: mergeVariables,
  branding: brandingVariables,
  storage: storageVariables,
  keep: keepVariables,
  database: databaseVariables,
  api: apiVariables,
  share: shareVariables,
  mail: mailVariables,
  logging: loggingVariables,
})

/** A variable with its place in the settings. */
export type Variable = VariableFacts & { readonly group: keyof typeof settingsSchema.shape; readonly property: string }

/** All variables in the order of the groups. */
export const variables: readonly Variable[] = Object.entries(settingsSchema.shape).flatMap(([name, group]) =>
  Object.entries(group.shape).map(([property, schema]) => ({ ...factsOf(schema), group: groupName(name), property })),
)

export type Environment = {
  /** Absolute. */
  readonly home: string
  readonly values: Readonly<Record<string, string | undefined>>
  /** What is wrong with the .env file itself. */
  readonly faults: readonly Fault[]
  readonly warnings: readonly string[]
}

/** The environment of this process over the `.env` file of the home folder. `home` wins over EZREC_HOME; the default is `.ezrec` beside the code. */
export function readEnvironment(home?: string, source: Readonly<Record<string, string | undefined>> = process.env): Environment {
  const real = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value.trim() !== ''))
  const folder = path.resolve(home ?? real['EZREC_HOME'] ?? path.join(import.meta.dirname, '..', '.ezrec'))
  const { values, ...said } = readEnvFile(path.join(folder, '.env'))
  return { home: folder, values: { ...values, ...real, EZREC_HOME: folder }, ...said }
}

/** Where systemd listens for this process and how long it waits for a sign of work, if it started it. Source: sd_notify(3), sd_watchdog_enabled(3). */
export function readSystemdEnvironment(source: Readonly<Record<string, string | undefined>> = process.env): {
  readonly socket: string | undefined
  readonly watchdogMs: number | undefined
} {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: watchdogUs, WATCHDOG_PID: pid } = source
  const isOurs = pid === undefined || Number(pid) === process.pid
  const watchdogMs = Number(watchdogUs) / 1_000
  return { socket: socket === '' ? undefined : socket, watchdogMs: isOurs && watchdogMs > 0 ? watchdogMs : undefined }
}

const maxFileBytes = 64 * 1024

function readEnvFile(file: string): Omit<Environment, 'home'> {
  const example = `chmod 600 ${file}`
  try {
    const handle = openSync(file, 'r')
    try {
      const { size, mode } = fstatSync(handle)
      if (size > maxFileBytes)
        return { values: {}, faults: [{ name: file, fault: 'is larger than 64 KiB', example: 'a file of NAME=value lines' }], warnings: [] }
      const parsed = parseEnvFile(readFileSync(handle, 'utf8'))
      const open = (mode & 0o007) === 0 ? [] : [`${file} may be read by everyone on this machine: ${example}`]
      const lost = 'EZREC_HOME' in parsed.values ? [`EZREC_HOME in ${file} has no effect: it says where that file is looked for`] : []
      return { ...parsed, warnings: [...open, ...lost] }
    } finally {
      closeSync(handle)
    }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(errnoOf(error) ?? '')) return { values: {}, faults: [], warnings: [] }
    const closed = closedFolder(path.dirname(file))
    const fault = closed
      ? { name: closed, fault: 'is closed to this user', example: 'run this as its owner, with sudo, or name another folder with --home' }
      : { name: file, fault: `cannot be read (${messageOf(error)})`, example }
    return { values: {}, faults: [fault], warnings: [] }
  }
}

/** The folder that keeps this user out of what is in it, whether there is anything or not. */
function closedFolder(folder: string): string | undefined {
  try {
    statSync(`${folder}/.`)
    return undefined
  } catch (error) {
    if (errnoOf(error) !== 'EACCES') return undefined
    const above = path.dirname(folder)
    return above === folder ? folder : (closedFolder(above) ?? folder)
  }
}

function groupName(text: string): Variable['group'] {
  return z.keyof(settingsSchema).parse(text)
}
