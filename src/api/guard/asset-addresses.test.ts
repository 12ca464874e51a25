import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '../../adapters/sqlite.ts'
import { systemClock } from '../../base/clock.ts'
import { addAccount, removeAccount } from '../people/account-store.ts'
import { createKey } from '../people/key-store.ts'
import { openAssetAddresses, type AssetAddress } from './asset-addresses.ts'

test('an address is good for an hour, as long as who asked for it may, and the oldest of very many ends first', () => {
  using db = openDatabase(':memory:')
  let nowMs = 5
  const addresses = openAssetAddresses(db, () => nowMs)
  const { id } = createKey(db, systemClock, { name: 'site', role: 'operator' })
  for (const name of ['anna', 'bo']) addAccount(db, { name, role: 'admin', passwordHash: 'x' }, 1)
  const account = String(db.get("select id from account where name = 'bo'")?.['id'])
  const order: AssetAddress = { asset: 'venue', operation: 'put', contentType: 'image/png', by: { kind: 'program', id } }
  const [first, of] = [addresses.give(order), addresses.give({ ...order, by: { kind: 'person', id: account } })]
  assert.match(first, /^[\w-]{43}$/)
  nowMs += 3_600_000
  assert.deepEqual([addresses.find(first)?.asset, addresses.find(of)?.asset], ['venue', 'venue'])
  removeAccount(db, 'bo', 1)
  assert.equal(addresses.find(of), undefined)
  nowMs += 1
  assert.equal(addresses.find(first), undefined)
  const viewer = createKey(db, systemClock, { name: 'wall', role: 'viewer' })
  assert.equal(addresses.find(addresses.give({ ...order, by: { kind: 'program', id: viewer.id } })), undefined)
  const second = addresses.give(order)
  for (let n = 0; n < 255; n += 1) addresses.give(order)
  assert.ok(addresses.find(second))
  addresses.give(order)
  assert.equal(addresses.find(second), undefined)
  assert.equal(addresses.find(''), undefined)
})
