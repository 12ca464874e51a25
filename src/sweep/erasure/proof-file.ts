// The proof of each erasure as a file of the home: what was removed and when, by ids of ours. It outlives the database, and when an older copy of that
// is put back, it says which bookings are to be forgotten once more.
// Never holds a name, an address or a user's id.

import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { Database } from '../../adapters/sqlite.ts'
import { errnoOf } from '../../base/errors.ts'
import { makeFolder, writeDurably } from '../../base/files.ts'
import { isId } from '../../base/ids.ts'
import { bookingsOfErasure, erasureKinds, listErased, type Erasure } from './erasure-store.ts'

const id = z.string().refine(isId)
const instant = z.iso.datetime()

const proofSchema = z.object({
  version: z.literal(1),
  id,
  askedBy: z.string().max(100),
  askedAt: instant,
  doneAt: instant.nullable(),
  bookings: z.array(id).max(100_000),
  removed: z.array(z.object({ kind: z.enum(erasureKinds), id: z.string().max(64), at: instant, pieces: z.int() })).max(1_000_000),
})
export type Proof = z.infer<typeof proofSchema>

export const proofsFolder = (home: string): string => path.join(home, 'erasures')

export function proofOf(db: Database, erasure: Erasure): Proof {
  const at = (ms: number): string => new Date(ms).toISOString()
  return {
    version: 1,
    id: erasure.id,
    askedBy: erasure.askedBy,
    askedAt: at(erasure.askedAtMs),
    doneAt: erasure.doneAtMs === null ? null : at(erasure.doneAtMs),
    bookings: bookingsOfErasure(db, erasure.id),
    removed: listErased(db, erasure.id).map(({ kind, subjectId, atMs, pieces }) => ({ kind, id: subjectId, at: at(atMs), pieces })),
  }
}

export async function writeProof(home: string, proof: Proof): Promise<void> {
  await makeFolder(proofsFolder(home))
  await writeDurably(path.join(proofsFolder(home), `${proof.id}.json`), `${JSON.stringify(proof, null, 1)}\n`, 0o600)
}

const mostBytes = 256 * 1024 * 1024

/** Those that can be read, and the names of the others. */
export async function readProofs(home: string): Promise<{ readonly proofs: readonly Proof[]; readonly unreadable: readonly string[] }> {
  const names = await readdir(proofsFolder(home)).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  })
  const [proofs, unreadable]: [Proof[], string[]] = [[], []]
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    const proof = await readProof(path.join(proofsFolder(home), name))
    if (proof) proofs.push(proof)
    else unreadable.push(name)
  }
  return { proofs, unreadable }
}

async function readProof(file: string): Promise<Proof | undefined> {
  try {
    const text = await readFile(file, 'utf8')
    const parsed = text.length > mostBytes ? undefined : proofSchema.parse(JSON.parse(text))
    return parsed?.id === path.basename(file, '.json') ? parsed : undefined
  } catch {
    return undefined // told by its name
  }
}
