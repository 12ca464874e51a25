// Addresses of this box that are the right to send, fetch or remove one asset of the branding, for an hour: what a signed address of a bucket is.
// In memory, by hash, bounded; after a restart they are asked for anew. Never good longer than who asked for one may do it.

import { createHash, randomBytes } from 'node:crypto'
import type { Database } from '../../adapters/sqlite.ts'
import type { BrandingAsset } from '../../merge/branding/uploaded-assets.ts'
import { findAccount } from '../people/account-store.ts'
import { findLiveKey } from '../people/key-store.ts'
import { covers } from '../people/role.ts'

export type AssetAddress = {
  readonly asset: BrandingAsset
  readonly operation: 'get' | 'put' | 'delete'
  /** What is sent must be called so. */
  readonly contentType: string | null
  readonly by: { readonly kind: 'person' | 'program'; readonly id: string }
}

export type AssetAddresses = {
  /** A token of 256 bits. */
  give(address: AssetAddress): string
  find(token: string): AssetAddress | undefined
}

const goodForMs = 3_600_000
const most = 256

export function openAssetAddresses(db: Database, steadyMs: () => number): AssetAddresses {
  const given = new Map<string, AssetAddress & { readonly atMs: number }>()
  return {
    give: (address) => {
      const [oldest] = given.keys()
      if (given.size >= most && oldest !== undefined) given.delete(oldest)
      const token = randomBytes(32).toString('base64url')
      given.set(hashOf(token), { ...address, atMs: steadyMs() })
      return token
    },
    find: (token) => {
      const found = given.get(hashOf(token))
      return found && steadyMs() - found.atMs <= goodForMs && mayStill(db, found.by) ? found : undefined
    },
  }
}

/** A key that was revoked and an account that was removed take their addresses with them. */
function mayStill(db: Database, { kind, id }: AssetAddress['by']): boolean {
  const role = kind === 'program' ? findLiveKey(db, id)?.role : findAccount(db, id)?.role
  return role !== undefined && covers(role, 'operator')
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')
