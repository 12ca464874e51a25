// The verb `config`: are the settings right, and what may one set.
// Never writes a file and never shows a secret.

import { envExample } from '../../config/env-example.ts'
import { readEnvironment } from '../../config/env.ts'
import { faultsError } from '../../config/fault.ts'
import { forecastSize, tellForecast } from '../../config/film-profiles.ts'
import { reportSettings, type ReportLine } from '../../config/report.ts'
import { examineSettings, filmedPixels, type Settings } from '../../config/settings.ts'
import { lampFault } from '../../src/adapters/lamp.ts'
import { readSyncGroup } from '../../src/capture/drivers/sync-group.ts'
import { lookAtPlaces, placeFaults } from '../../src/system/places.ts'
import { withExamples, type CliContext, type Verb, type VerbGroup } from '../cli.ts'

const check: Verb = {
  name: 'check',
  summary: 'show the settings in use, and everything that is wrong with them',
  configure: (command) =>
    void withExamples(command.option('--json', 'answer with one JSON document'), [
      ['./ezrec config check', 'each variable with its value, then remarks and faults; exit 2 when there are faults'],
      ['./ezrec --home /opt/ezrec-backend config check', 'the settings of an installation, with its .env file'],
    ]),
  run: checkSettings,
}

const example: Verb = {
  name: 'example',
  summary: 'print an annotated .env file with every variable',
  configure: (command) => void withExamples(command, [['./ezrec config example > .ezrec/.env', 'begin with every variable commented out']]),
  run: async ({ print }) => {
    print(envExample().trimEnd())
    return 0
  },
}

export const command: VerbGroup = { name: 'config', summary: 'settings: check them, or print an example', verbs: [check, example] }

async function checkSettings({ home, json, out, print }: CliContext): Promise<number> {
  const environment = readEnvironment(home)
  const examined = examineSettings(environment.values, { home: environment.home, cwd: process.cwd(), faults: environment.faults })
  const lines = reportSettings(examined)
  const warnings = [...environment.warnings, ...examined.warnings, ...(examined.settings ? await onThisMachine(examined.settings) : [])]
  const { faults } = examined
  const filmSize = examined.settings && forecastSize(examined.settings.merge, filmedPixels(examined.settings))
  const error = faults.length === 0 ? undefined : faultsError(faults)
  if (json) {
    const verdict =
      error === undefined ? { success: true } : { success: false, error: error.code, message: error.message, hint: error.hint }
    const { group: syncGroup = null } = (examined.settings && (await readSyncGroup(examined.settings.camera.rigId))) ?? {}
    out({ ...verdict, variables: lines, warnings, faults, filmSize: filmSize ?? null, syncGroup })
  } else {
    for (const line of table(lines)) print(line)
    if (filmSize) print(`films: ${tellForecast(filmSize)}`)
    for (const warning of warnings) print(`warning: ${warning}`)
    print(error === undefined ? 'no faults' : error.message)
    if (error !== undefined) print(`hint: ${error.hint}`)
  }
  return error === undefined ? 0 : 2
}

/** What is right in itself and is not so here, where somebody may be preparing another box. */
async function onThisMachine({ camera, paths }: Settings): Promise<readonly string[]> {
  const fault = await lampFault(camera.statusLed)
  return [
    ...(fault ? [`STATUS_LED: ${fault.message} here; ${fault.hint}`] : []),
    ...placeFaults(await lookAtPlaces(paths)).map((each) => `${each.name}: ${each.fault}; ${each.mend}`),
  ]
}

/** A heading for each group; `*` marks what was set. */
function table(lines: readonly ReportLine[]): readonly string[] {
  const width = Math.max(...lines.map(({ name }) => name.length))
  return [...Map.groupBy(lines, ({ group }) => group)].flatMap(([group, members]) => [
    group,
    ...members.map(({ name, value, given, later }) => {
      const remark = later === undefined ? '' : `  (later: ${later})`
      return ` ${given ? '*' : ' '} ${name.padEnd(width)}  ${value}${remark}`
    }),
    '',
  ])
}
