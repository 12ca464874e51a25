// For tests of what is held in memory: a WeakRef tells.
// Never needs a flag of the process.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** What nobody holds any more is gone when this resolves. */
export async function collectGarbage(): Promise<void> {
  await new Promise(setImmediate) // a WeakRef holds what was looked at until its turn ends
  setFlagsFromString('--expose-gc')
  runInNewContext('gc()')
}
