// ./ezrec cleanup: what may leave this box, why, how large and how old; without --dry-run it goes. GET /system/cleanup tells the same list.
// Never removes what is not confirmed, held or in use: the sweep decides.

import { addAudit } from '../../src/api/guard/audit.ts'
import { sizeInWords } from '../../src/share/share-page.ts'
import { doCleanup, nameOfItem, planCleanup } from '../../src/sweep/cleanup.ts'
import { sweeperOf } from '../../src/sweep/sweeper.ts'
import { withExamples, type Verb } from '../cli.ts'
import { openBox } from '../open-box.ts'

export const command: Verb = {
  name: 'cleanup',
  summary: 'clear away what nobody needs any more: footage of published films, parts, old logs',
  configure: (it) =>
    void withExamples(it.option('--dry-run', 'only tell what would go').option('--json', 'print one JSON document'), [
      ['./ezrec cleanup --dry-run', 'what would go, with class, size, age and reason; and what stays'],
      ['./ezrec cleanup', 'do it'],
    ]),
  run: async ({ home, json, options, out, print, say, signal }) => {
    using app = await openBox({ home, say }, { service: 'cleanup' })
    using _bucket = { [Symbol.dispose]: () => app.bucket?.close() }
    const sweeper = sweeperOf(app)
    const { items, bytes, stays } = await planCleanup(sweeper, app.clock.nowMs())
    const isDry = options['dryRun'] === true
    if (!json) {
      for (const { class: of, name, bytes: size, ageSeconds, reason } of items)
        print(`${of.padEnd(9)} ${sizeInWords(size).padStart(9)}  ${ageInWords(ageSeconds).padStart(8)}  ${name}\n    ${reason}`)
      for (const { class: of, things, bytes: size, reason } of stays)
        say(`stays: ${of}, ${things} of them, ${sizeInWords(size)}: ${reason}`)
    }
    if (isDry) {
      if (json) out({ done: false, items, bytes, stays, freed: null })
      else print(`${items.length} things would go, ${sizeInWords(bytes)}; nothing was changed`)
      return 0
    }
    const facts = { things: items.length }
    addAudit(app.db, { atMs: app.clock.nowMs(), who: 'shell', what: 'box.cleaned', subjectId: null, facts }) // before: one that is cut short has taken something
    const freed = await doCleanup(sweeper, new Set(items.map(nameOfItem)), signal)
    const sum = freed.reduce((total, each) => total + each.bytes, 0)
    if (json) out({ done: true, items, bytes: sum, stays, freed })
    else print(`${sizeInWords(sum)} became free`)
    return signal.aborted ? 130 : 0
  },
}

const ageInWords = (seconds: number): string =>
  seconds < 86_400 ? `${(seconds / 3_600).toFixed(1)} h` : `${(seconds / 86_400).toFixed(1)} d`
