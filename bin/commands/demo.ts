// ./ezrec demo: the whole product on a simulated match: booked now, recorded by two cameras, merged while it is played, published, shared.
// Needs no account and no settings; lives in a folder of its own inside the home.

import path from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import { readEnvironment, variables as knownVariables } from '../../config/env.ts'
import { layouts } from '../../config/picture-words.ts'
import type { Fault } from '../../config/fault.ts'
import { withExamples, type CliContext, type Verb } from '../cli.ts'
import { sayResult } from '../session/say-result.ts'
import { runSession, type Session } from '../session/session.ts'
import { readSeconds } from './record.ts'

export const command: Verb = {
  name: 'demo',
  summary: 'the whole product on a simulated match, ending in a link',
  configure: (it) =>
    void withExamples(
      it
        .option('--seconds <n>', 'length of the film', '20')
        .addOption(new Option('--layout <layout>', 'how the two pictures become one').choices(layouts))
        .option('--once', 'end after publishing instead of serving the link')
        .option('--port <port>', 'port of the share page; without it the next free one from 8000', readPort)
        .option('--json', 'print one JSON document'),
      [
        ['./ezrec demo', 'records 20 s and serves the link until Ctrl-C'],
        ['./ezrec demo --once --seconds 20 --json', 'the same, for programs'],
        ["CAMERA_RIGHT='simulated:right?phase=137' ./ezrec demo", 'with a right camera that starts 137 ms late'],
      ],
    ),
  run: async (context) => {
    const seconds = readSeconds(context.options['seconds'])
    const home = path.join(context.home, 'demo')
    context.say(`EZREC demo: a simulated match, ${seconds} s, two cameras, one film, one link`)
    const { interrupted } = await runSession(
      { context, home, ...demoVariables(context, home), seconds, title: 'Demo match', alone: true },
      (session) => serve(context, session),
    )
    return interrupted ? 130 : 0
  },
}

/** Embedded defaults under whatever of our settings is given in the environment. */
function demoVariables({ options }: CliContext, home: string): { variables: Record<string, string>; faults: readonly Fault[] } {
  const { values, faults } = readEnvironment(home)
  const names = knownVariables.flatMap(({ name, aliases }) => [name, ...(aliases ?? []).map((alias) => alias.name)])
  const given = Object.fromEntries(names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])))
  const port = typeof options['port'] === 'number' ? { API_PORT: String(options['port']) } : {}
  const layout = typeof options['layout'] === 'string' ? { MERGE_LAYOUT: options['layout'] } : {}
  const variables = {
    CLOCK_TRUST: 'always', // nothing here is attributed to a real hour
    CAMERA_LEFT: 'simulated:left',
    CAMERA_RIGHT: 'simulated:right',
    CAMERA_LEAD_IN_SECONDS: '5',
    BOOKING_MAX_HOURS: '1',
    API_HOST: '127.0.0.1',
    MERGE_PRESET: 'ultrafast',
    ...given,
    EZREC_HOME: home,
    ...port,
    ...layout,
  }
  return { variables, faults }
}

async function serve(context: CliContext, { result, interrupted, reopenWith }: Session): Promise<void> {
  const ends = context.options['once'] === true || interrupted
  if (context.json) context.out(result)
  else sayResult(context, result, ends ? reopenWith : undefined)
  if (ends) return
  context.say('serving the link until Ctrl-C')
  await new Promise<void>((resolve) =>
    context.signal.aborted ? resolve() : context.signal.addEventListener('abort', () => resolve(), { once: true }),
  )
}

function readPort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  throw new InvalidArgumentError('a TCP port is a number from 1 to 65535')
}
