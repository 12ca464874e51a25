// `lab fuzz`: whatever is sent to the API, by whomever, it answers as its route table says, tells nothing, changes nothing for who may not, and lives on.
// Never judges a single answer itself: judge-answer.ts does. The home is the experiment's own.

import path from 'node:path'
import { readDatabase } from '../../src/adapters/sqlite.ts'
import type { Scenario } from '../harness.ts'
import { filmStart, startSession } from '../session-run.ts'

const filmSeconds = 6

export const fuzzScenario: Scenario = {
  kind: 'lab',
  name: 'fuzz',
  summary: 'requests of every kind by everybody at a running API: no fault, no crash, no secret, no change by who may not (--requests)',
  usualRuns: 100_000,
  run: async function* run(context) {
    const home = path.join(context.folder, 'home')
    const session = await startSession({
      ...context,
      home,
      seconds: filmSeconds,
      mark: context.folder,
      variables: { RESOLUTION: '320x180' },
    })
    await filmStart(home, context.signal)
    const { answer } = await session.ended
    {
      using db = readDatabase(path.join(home, 'ezrec.sqlite'))
      context.say(`a film of ${answer.video.frames} frames; ${String(db.get('select count(*) as n from chunk')?.['n'])} chunks`)
    }
    const { fuzzHome } = await import('./fuzz-home.ts') // it wants packages that other experiments do without
    yield* fuzzHome({ ...context, home, requests: context.runs, film: answer.recordingId, withSlow: true })
  },
}
