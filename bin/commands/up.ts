// ./ezrec up: all services under one foreground parent, for a small site or a laptop. On a Pi systemd is that parent.
// Never does a service's work; it only keeps them alive and ends them together.

import path from 'node:path'
import { readEnvironment } from '../../config/env.ts'
import { judgeSettings } from '../../config/settings.ts'
import { keepServices } from '../../services/parent.ts'
import { takeInstanceLock } from '../../src/adapters/instance-lock.ts'
import { assertPortFree } from '../../src/api/listen.ts'
import { readApiAddress } from '../../src/api/address.ts'
import { readIfPresent } from '../../src/base/files.ts'
import { systemClock } from '../../src/base/clock.ts'
import { openLogger } from '../../src/base/logger.ts'
import { withExamples, type Verb } from '../cli.ts'
import { tellRig } from '../session/running-rig.ts'
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
    await preflight(settings, 60, { warn: (line) => say(`warning: ${line}`) })
    using _lock = takeInstanceLock(settings.paths.home, 'parent')
    if (settings.api.portGiven) await assertPortFree(settings.api)
    await tellRig(settings)
    const logger = openLogger({ service: 'ezrec', level: settings.logging.level, folder: settings.paths.logs, stderr: true })
    say(`EZREC is up in ${settings.paths.home}; logs in ${settings.paths.logs}; Ctrl-C ends it`)
    void tellClaimCode(settings.paths.home, say, signal)
    await keepServices({ home, services: ['recorder', 'worker', 'api'], variables: known(variables), clock: systemClock, logger }, signal)
    return 0
  },
}

/** Only settings of ours are handed on. */
const known = (variables: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => /^[A-Z][A-Z0-9_]*$/.test(name)))

/** A new box is claimed with a code: whoever starts it by hand is shown it. */
async function tellClaimCode(home: string, say: (line: string) => void, signal: AbortSignal): Promise<void> {
  for (let tries = 0; tries < 50 && !signal.aborted; tries += 1) {
    const [address, code] = await Promise.all([readApiAddress(home), readIfPresent(path.join(home, 'claim-code.txt'))])
    if (address)
      return say(
        code === undefined ? `serving on ${address.url}` : `serving on ${address.url}; claim this box there with the code ${code.trim()}`,
      )
    await systemClock.sleep(200, signal)
  }
}
