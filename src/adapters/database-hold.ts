// Who has a home's database open: many may, or one alone, who then may put another file in its place. Held by the kernel, gone with its process.
// Never opens the database itself.

import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Held until disposed; `undefined` when somebody is in the way. `alone`: nobody else has it open. */
export function tryHold(home: string, how: 'alone' | 'shared'): Disposable | undefined {
  const db = new DatabaseSync(path.join(home, '.database.lock'), { timeout: 0 })
  try {
    db.exec(how === 'alone' ? 'begin exclusive' : 'begin; select * from sqlite_master')
    return { [Symbol.dispose]: () => db.close() }
  } catch (error) {
    db.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === 5) return undefined // SQLITE_BUSY
    throw error
  }
}

const pollMs = 50

/** Waits for whoever is alone with it. `undefined` when the signal aborts first. */
export async function holdShared(
  home: string,
  sleep: (ms: number) => Promise<void>,
  signal?: AbortSignal,
): Promise<Disposable | undefined> {
  for (;;) {
    const held = tryHold(home, 'shared')
    if (held || signal?.aborted === true) return held
    await sleep(pollMs)
  }
}
