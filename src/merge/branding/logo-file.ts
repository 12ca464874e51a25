// A logo's file, taken as it is now: bounded, and one of three kinds of picture by its first bytes, whatever its name says.
// Never decodes, changes or deletes it.

import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { EzrecError, errnoOf, isShortage } from '../../base/errors.ts'

export const logoForms = ['png', 'jpeg', 'webp'] as const
export type LogoForm = (typeof logoForms)[number]
export type LogoFile = { readonly form: LogoForm; readonly bytes: Buffer; readonly sha256: string }

/** A logo for print is larger; it is of no use in a film. */
export const largestLogoBytes = 4 * 1024 * 1024

/** Errors: invalid, with the reason. */
export async function readLogoFile(file: string): Promise<LogoFile> {
  const bytes = await readBounded(file)
  const form = logoFormOf(bytes)
  if (!form) throw unfit(file, bytes.length === 0 ? 'it is empty' : 'it is neither a PNG nor a JPEG nor a WebP picture')
  return { form, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/** By the first bytes. Pure. */
export function logoFormOf(bytes: Buffer): LogoForm | undefined {
  if (bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))) return 'png'
  if (bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'))) return 'jpeg'
  return bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP' ? 'webp' : undefined
}

async function readBounded(file: string): Promise<Buffer> {
  try {
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK) // a named pipe without a writer would wait for ever
    const facts = await handle.stat()
    if (!facts.isFile()) throw unfit(file, 'it is no regular file')
    if (facts.size > largestLogoBytes) throw unfit(file, `it is larger than ${largestLogoBytes / 1024 / 1024} MiB`)
    const buffer = Buffer.alloc(facts.size)
    const { bytesRead } = await handle.read(buffer, 0, facts.size, 0)
    return buffer.subarray(0, bytesRead)
  } catch (error) {
    if (error instanceof EzrecError || isShortage(error)) throw error
    throw unfit(file, errnoOf(error) === 'ENOENT' ? 'there is no such file' : `it cannot be read (${errnoOf(error) ?? 'unknown'})`, error)
  }
}

const unfit = (file: string, fault: string, cause?: unknown): EzrecError =>
  new EzrecError('invalid', `the logo ${file} cannot be used: ${fault}`, {
    hint: 'name a PNG, JPEG or WebP picture of at most 4 MiB; the film is made without it',
    facts: { path: file, fault },
    cause,
  })
