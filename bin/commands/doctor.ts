// ./ezrec doctor: the whole box looked at once. Changes nothing on the box; safe at any time, also while a match is filmed.
// Never mends anything: each finding says what a person can do.

import { readEnvironment } from '../../config/env.ts'
import { examineSettings } from '../../config/settings.ts'
import { readApiAddress } from '../../src/api/address.ts'
import { marginsOf, ratesOf } from '../../src/app.ts'
import { examineBox } from '../../src/system/doctor/doctor.ts'
import type { Finding } from '../../src/system/doctor/finding.ts'
import { withExamples, type Verb } from '../cli.ts'

export const command: Verb = {
  name: 'doctor',
  summary: 'look at the whole box: what is well, what is not, and the mend',
  configure: (it) =>
    void withExamples(it.option('--verbose', 'also what is well').option('--json', 'print one JSON document'), [
      ['./ezrec doctor', 'what is not well, with the mend; exit 1 when there is any'],
      ['./ezrec doctor --verbose', 'every check'],
      ['./ezrec --home /opt/ezrec-backend doctor --json | jq .status', 'healthy, degraded or unhealthy, for a monitor'],
    ]),
  run: async ({ home, json, verbose, options, out, print, signal }) => {
    const environment = readEnvironment(home)
    const context = { home: environment.home, cwd: process.cwd(), faults: environment.faults }
    const examined = examineSettings(environment.values, context)
    const order = { examined: { ...examined, warnings: [...environment.warnings, ...examined.warnings] }, ratesOf, marginsOf, apiPortOf }
    const { status, findings } = await examineBox(order, signal)
    if (json) out({ home: environment.home, status, findings })
    else {
      const all = verbose || options['verbose'] === true
      for (const finding of findings) if (all || finding.status !== 'healthy') tell(finding, print)
      const well = findings.filter((finding) => finding.status === 'healthy').length
      print(`${status}: ${well} of ${findings.length} checks are well`)
    }
    return status === 'healthy' ? 0 : 1
  },
}

const apiPortOf = async (home: string): Promise<number | undefined> => (await readApiAddress(home))?.port

const words = { healthy: 'ok  ', degraded: 'WARN', unhealthy: 'FAIL', unasked: '?   ' } as const

function tell({ name, status, message, mend }: Finding, print: (line: string) => void): void {
  print(`${words[status]}  ${name}: ${message}`)
  if (mend !== undefined) print(`      mend: ${mend}`)
}
