// ./ezrec record: a recording of this box's cameras, now, published and told.
// Never keeps anything running: what was started for it ends with it.

import { readEnvironment } from '../../config/env.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { withExamples, type Verb } from '../cli.ts'
import { sayResult } from '../session/say-result.ts'
import { runSession } from '../session/session.ts'

export const command: Verb = {
  name: 'record',
  summary: 'record now, for a number of seconds, and publish the film',
  configure: (it) =>
    void withExamples(it.requiredOption('--seconds <n>', 'length of the film').option('--json', 'print one JSON document'), [
      ['./ezrec record --seconds 60', 'one minute with the cameras of the settings'],
      ['CAMERA_LEFT=file:a.mp4 CAMERA_RIGHT=file:b.mp4 ./ezrec record --seconds 8 --json', 'two films in place of cameras'],
    ]),
  run: async (context) => {
    const seconds = readSeconds(context.options['seconds'])
    const { values, faults } = readEnvironment(context.home)
    const variables = withLeadIn(values)
    const { interrupted } = await runSession(
      { context, home: context.home, variables, faults, seconds, title: null, alone: false },
      async ({ result, reopenWith }) => (context.json ? context.out(result) : sayResult(context, result, reopenWith)),
    )
    return interrupted ? 130 : 0
  },
}

export function readSeconds(given: unknown): number {
  const seconds = Number(given)
  if (Number.isFinite(seconds) && seconds >= 1 && seconds <= 43_200) return seconds
  throw new EzrecError('invalid', `--seconds is ${JSON.stringify(given)}: a number from 1 to 43200 is needed`, {
    hint: 'for example --seconds 20',
  })
}

/** Real sensors need ten seconds to settle; a film or the simulated rig does not. */
export function withLeadIn(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const given = Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined))
  const isPlayed = (source: string | undefined): boolean => /^(file|simulated):/.test(source ?? '')
  return isPlayed(given['CAMERA_LEFT']) && isPlayed(given['CAMERA_RIGHT']) ? { CAMERA_LEAD_IN_SECONDS: '5', ...given } : given
}
