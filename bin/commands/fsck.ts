// ./ezrec fsck: whether everything in this home agrees: rows, files, films. Reads only; tells each finding with its mend.
// Never mends: each finding says what a person can do.

import { z } from 'zod'
import { openSettings } from '../../config/settings.ts'
import { readDatabase } from '../../src/adapters/sqlite.ts'
import { askOracles } from '../../src/system/oracle.ts'
import { oracles } from '../../src/system/oracles.ts'
import { withExamples, type Verb } from '../cli.ts'
import { readOptions } from '../options.ts'

export const command: Verb = {
  name: 'fsck',
  summary: 'check that everything here agrees: rows, files, films',
  configure: (it) =>
    void withExamples(it.option('--deep', 'also read every file and compare its hash').option('--json', 'print one JSON document'), [
      ['./ezrec fsck', 'sizes, names and sums; may run beside the services'],
      ['./ezrec fsck --deep', 'every byte, for instance after a power cut or with a card that is getting old'],
    ]),
  run: async ({ home, json, options, out, print, say, signal }) => {
    const { deep = false } = readOptions(z.object({ deep: z.boolean().optional() }), options)
    const { settings, warnings } = openSettings(home)
    for (const warning of warnings) say(`warning: ${warning}`)
    const { paths } = settings
    using db = readDatabase(paths.database)
    const folders = { takesFolder: paths.takes, recordingsFolder: paths.recordings, storeFolder: paths.store }
    const verdicts = await askOracles({ db, ...folders, deep, signal }, oracles)
    const holds = verdicts.every((verdict) => verdict.holds)
    if (json) out({ home: paths.home, deep, holds, oracles: verdicts })
    else
      for (const { name, findings } of verdicts) {
        print(`${findings.length === 0 ? 'ok      ' : 'FINDING '}  ${name}`)
        for (const { path, fault, mend } of findings) print(`    ${path}\n      ${fault}\n      mend: ${mend}`)
      }
    return holds ? 0 : 1
  },
}
