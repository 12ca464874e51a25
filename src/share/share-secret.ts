// The secret of a home from which the tokens of links and the names of pages in the bucket are made: an operator can be shown a link again, and a copy of
// the database opens and names none of them.
// Made once, readable by its owner alone, never in a row, a log or an answer.

import { createHmac, randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { EzrecError, errnoOf } from '../base/errors.ts'
import { syncFolder } from '../base/files.ts'
import path from 'node:path'

/** Two that open it at once get the same one. Errors: those of the disk; media_unreadable when it is not what was written. */
export async function openShareSecret(file: string): Promise<Buffer> {
  const found = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error
    return undefined
  })
  if (found === undefined) {
    await makeSecret(file)
    return openShareSecret(file)
  }
  if (/^[0-9a-f]{64}\n?$/.test(found)) return Buffer.from(found.trim(), 'hex')
  throw new EzrecError('media_unreadable', 'the secret of share links is damaged', {
    hint: 'remove the file share-secret from the home: a new one is made; links made before it still open, but are not shown again, and those to the bucket are not renewed',
    facts: { path: file },
  })
}

async function makeSecret(file: string): Promise<void> {
  const beside = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`
  await writeFile(beside, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flush: true })
  await link(beside, file).catch((error: unknown) => {
    if (errnoOf(error) !== 'EEXIST') throw error
  })
  await rm(beside, { force: true })
  await syncFolder(path.dirname(file))
}

/** 256 bits that nobody guesses who has not the secret. */
export const pageKeyOf = (secret: Buffer, shareId: string): string =>
  `share/${createHmac('sha256', secret).update(`page ${shareId}`).digest('base64url')}.html`

/** Tells one secret from another, and nothing else of it. */
export const secretMark = (secret: Buffer): string => createHmac('sha256', secret).update('mark').digest('base64url').slice(0, 16)

/** The token of a link: 256 bits, base64url. */
export const shareTokenOf = (secret: Buffer, shareId: string): string =>
  createHmac('sha256', secret).update(`token ${shareId}`).digest('base64url')
