// ./ezrec up: all services under one foreground parent, for a small site or a laptop. On a Pi systemd is that parent.

import { readEnvironment } from '../../config/env.ts'
import { judgeSettings } from '../../config/settings.ts'
import { keepServices } from '../../services/parent.ts'
import { takeInstanceLock } from '../../src/adapters/instance-lock.ts'
import { assertPortFree } from '../../src/api/listen.ts'
import { systemClock } from '../../src/base/clock.ts'
import { openLogger } from '../../src/base/logger.ts'
import { withExamples, type Verb } from '../cli.ts'
import { preflight } from '../session/preflight.ts'

export const command: Verb = {
  name: 'up',
  summary: 'run all services in the foreground until Ctrl-C',
  configure: (it) =>
    void withExamples(it, [
      ['./ezrec up', 'recorder, worker and API with the settings of this home'],
      ['CAMERA_LEFT=simulated:left CAMERA_RIGHT=simulated:right ./ezrec up', 'the same without cameras'],
    ]),
  run: async ({ home, say, signal }) => {
    const { values, faults } = readEnvironment(home)
    const variables = Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined))
    const { settings, warnings } = judgeSettings(variables, { home, cwd: process.cwd(), faults })
    process.umask(settings.paths.umask)
    for (const warning of warnings) say(`warning: ${warning}`)
    await preflight(settings, 60)
    using _lock = takeInstanceLock(settings.paths.home, 'parent')
    if (settings.api.portGiven) await assertPortFree(settings.api)
    const logger = openLogger({ service: 'ezrec', level: settings.logging.level, folder: settings.paths.logs, stderr: true })
    say(`EZREC is up in ${settings.paths.home}; logs in ${settings.paths.logs}; Ctrl-C ends it`)
    await keepServices({ home, services: ['recorder', 'worker', 'api'], variables: known(variables), clock: systemClock, logger }, signal)
    return 0
  },
}

/** Only settings of ours are handed on. */
const known = (variables: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => /^[A-Z][A-Z0-9_]*$/.test(name)))
