// A logo's file, taken as it is now: bounded, and one of three kinds of picture by its first bytes, whatever its name says.
// Never decodes, changes or deletes it.

import { createHash } from 'node:crypto'
import { EzrecError } from '../../base/errors.ts'
import { withVenueFile, type Unfit } from './venue-file.ts'

export const logoForms = ['png', 'jpeg', 'webp'] as const
export type LogoForm = (typeof logoForms)[number]
export type LogoFile = { readonly form: LogoForm; readonly bytes: Buffer; readonly sha256: string }

/** A logo for print is larger; it is of no use in a film. */
export const largestLogoBytes = 4 * 1024 * 1024

/** Errors: invalid, with the reason. */
export async function readLogoFile(file: string): Promise<LogoFile> {
  const bytes = await withVenueFile(file, { mostBytes: largestLogoBytes, unfit }, async (handle, size) => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size), 0, size, 0)
    return buffer.subarray(0, bytesRead)
  })
  const form = logoFormOf(bytes)
  if (!form) throw unfit(file, 'it is neither a PNG nor a JPEG nor a WebP picture')
  return { form, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** By the first bytes. Pure. */
export function logoFormOf(bytes: Buffer): LogoForm | undefined {
  if (bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))) return 'png'
  if (bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'))) return 'jpeg'
  return bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP' ? 'webp' : undefined
}

const unfit: Unfit = (file, fault, cause) =>
  new EzrecError('invalid', `the logo ${file} cannot be used: ${fault}`, {
    hint: 'name a PNG, JPEG or WebP picture of at most 4 MiB; the film is made without it',
    facts: { path: file, fault },
    cause,
  })
