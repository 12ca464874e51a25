// How two CSI cameras of one box find each other to run in step: a multicast group and port of the box's own, written into a copy of the
// sensor's tuning file. Source: raspberrypi/libcamera, src/ipa/rpi/controller/rpi/sync.cpp. Pure: never reads or writes a file.

import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Side } from '../pitch/rig-format.ts'
import { jsonOf } from '../../base/json.ts'

export type SyncGroup = { readonly group: string; readonly port: number }

/** Two boxes on one network must not hear each other: the group comes from what is the box's own. Within 239.255.0.0/16, the site's own
 *  range (RFC 2365), never the library's default. */
export function syncGroupOf(boxName: string): SyncGroup {
  const hash = createHash('sha256').update(boxName).digest()
  return { group: `239.255.${hash[0] ?? 0}.${(hash[1] ?? 0) % 250}`, port: 20_000 + (hash.readUInt16BE(2) % 10_000) }
}

/** The left camera leads. */
export const syncRole = (side: Side): 'server' | 'client' => (side === 'left' ? 'server' : 'client')

const tuningSchema = z.looseObject({ algorithms: z.array(z.record(z.string(), z.unknown())).max(200) })

/** A tuning file's text with the group and port in it, or `undefined` when it is no such file. */
export function withSyncGroup(tuningText: string, { group, port }: SyncGroup): string | undefined {
  const parsed = tuningSchema.safeParse(jsonOf(tuningText))
  if (!parsed.success) return undefined
  const others = parsed.data.algorithms.filter((each) => !('rpi.sync' in each))
  const now = parsed.data.algorithms.find((each) => 'rpi.sync' in each)?.['rpi.sync']
  const sync = { ...(typeof now === 'object' ? now : {}), group, port }
  return `${JSON.stringify({ ...parsed.data, algorithms: [...others, { 'rpi.sync': sync }] }, undefined, 1)}\n`
}

/** Where the library keeps a sensor's tuning. */
export const tuningFileOf = (model: string, encoder: 'libav' | 'hardware'): string =>
  `/usr/share/libcamera/ipa/rpi/${encoder === 'libav' ? 'pisp' : 'vc4'}/${model}.json`
