// A network camera made ready: its address put where only the camera program reads it.
// Never connects: a camera that is off now may be on when the booking begins.

import { createHash } from 'node:crypto'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeFolder, readIfPresent, writeDurably } from '../../base/files.ts'
import type { SourceContext } from './camera-command.ts'
import type { OpenedDevice } from './opened-device.ts'
import type { Input } from '../input.ts'
import type { RtspSpec } from './source-spec.ts'

/** Its arguments: the file with the address, and `sound` for the sound alone. */
export const rtspProgram = fileURLToPath(new URL('rtsp-camera/main.ts', import.meta.url))

/** Errors: `disk_full`, `forbidden`. */
export async function openRtsp({ address }: RtspSpec, { cacheFolder, side }: SourceContext): Promise<OpenedDevice> {
  const file = await keepAddress(address, side, cacheFolder)
  const stopSignals = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const
  return { command: { program: process.execPath, args: [rtspProgram, file], stopSignals }, work: 'copy' }
}

/** The address in a file that only its owner may read; its path. Errors: `disk_full`, `forbidden`. */
export async function keepAddress(address: string, of: Input, cacheFolder: string): Promise<string> {
  // Without user and password: a name stands in an argument list, and a new password replaces the old one.
  const { host = '', pathname = '', search = '' } = URL.parse(address) ?? {}
  const name = createHash('sha256').update(`${host}${pathname}${search}`).digest('hex').slice(0, 16)
  const file = path.join(cacheFolder, `rtsp-${of}-${name}.address`)
  await makeFolder(cacheFolder)
  if ((await readIfPresent(file)) !== address) await writeDurably(file, address, 0o600)
  return file
}
