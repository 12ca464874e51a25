// The database of a home as it is opened: whoever comes first, alone, looks whether it is sound and up to date. A damaged one is put aside, what
// is there of it is brought back, and it gets its name when it is whole. Whoever comes later waits for that, or finds it open.
// Never removes a damaged database, and changes nothing of one that is newer than the code.

import { readdir, stat } from 'node:fs/promises'
import { copiesOf, giveName, judgeDatabase, putAside, removeParts, takeCopy } from '../../adapters/database-file.ts'
import { holdShared, tryHold } from '../../adapters/database-hold.ts'
import { assertDisks } from '../../adapters/media-disks.ts'
import { openDatabase } from '../../adapters/sqlite.ts'
import { systemClock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import { bringUpToDate, type HomeFiles, type Restored } from './bring-up-to-date.ts'
import { recordingFolders } from './found-recordings.ts'

export type HomeDatabase = HomeFiles & {
  readonly home: string
  readonly database: string
  /** Nothing is brought back while the disk of one of them is away. */
  readonly mediaFolders: readonly string[]
  readonly logger: Logger
}

/** Makes sure of the database, and holds it until disposed: nobody puts another one in its place meanwhile. */
export async function holdDatabase(options: HomeDatabase): Promise<Disposable> {
  const sleep = (ms: number): Promise<void> => systemClock.sleep(ms)
  for (;;) {
    const alone = tryHold(options.home, 'alone')
    if (alone) {
      try {
        await makeSure(options)
      } finally {
        alone[Symbol.dispose]()
      }
    }
    const held = alone ? await holdShared(options.home, sleep) : tryHold(options.home, 'shared')
    if (held) return held
    await sleep(50)
  }
}

async function makeSure(options: HomeDatabase): Promise<void> {
  const { home, database, mediaFolders, clock } = options
  const state = await judgeDatabase(database)
  if (state.is === 'sound') {
    using db = openDatabase(database)
    tell(options, 'it is older than the plan or the footage', await bringUpToDate(db, options, { anew: false, facts: { cause: 'older' } }))
    return
  }
  if (state.is === 'gone' && !(await hasPast(options))) return // a home that begins
  await assertDisks(home, mediaFolders)
  const aside = await putAside(database, clock.nowMs())
  const made = `${database}.restoring`
  const copy = await newestSound(copiesOf(database))
  if (copy === undefined) await removeParts(made)
  else await takeCopy(copy.file, made)
  const facts = {
    cause: state.is,
    fault: state.is === 'damaged' ? state.fault : null,
    putAside: aside ?? null,
    copyAtMs: copy?.atMs ?? null,
  }
  const db = openDatabase(made)
  let restored: Restored | undefined
  try {
    restored = await bringUpToDate(db, options, { anew: true, facts })
  } finally {
    db.close()
  }
  await giveName(made, database)
  tell(options, state.is === 'damaged' ? `it was damaged: ${state.fault}` : 'it was gone', restored, facts)
}

/** Whether this home has lived: something was booked, filmed or copied. */
async function hasPast({ database, planFile, takesFolder, recordingsFolder }: HomeDatabase): Promise<boolean> {
  for (const file of [planFile, ...copiesOf(database)]) if ((await stat(file).catch(() => undefined)) !== undefined) return true
  const takes = await readdir(takesFolder).catch(() => [])
  return takes.some((name) => /^(\d{4}-|undated)/.test(name)) || (await recordingFolders(recordingsFolder)).length > 0
}

async function newestSound(files: readonly string[]): Promise<{ readonly file: string; readonly atMs: number } | undefined> {
  for (const file of files) if ((await judgeDatabase(file)).is === 'sound') return { file, atMs: Math.round((await stat(file)).mtimeMs) }
  return undefined
}

function tell({ logger }: HomeDatabase, what: string, restored: Restored | undefined, facts: object = {}): void {
  if (!restored) return
  const hint = 'look through the bookings, accounts, keys and share links: those that changed after the copy are not all back'
  logger.error({ ...facts, ...restored, lost: restored.lost.join('; '), hint }, `the database was brought up to date: ${what}`)
}
