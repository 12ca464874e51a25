import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listeningInodes } from './port-holder.ts'

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F40 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 20 4 30 10 -1
   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000 100 0 0 10 0
`

test('only a socket that listens on the port holds it, not a connection through it', () => {
  assert.deepEqual(listeningInodes(table, 8000), ['4711'])
  assert.deepEqual(listeningInodes(table, 80), ['4713'])
  assert.deepEqual(listeningInodes(table, 8001), [])
})

test('an empty table has no holders', () => {
  assert.deepEqual(listeningInodes('', 8000), [])
})
