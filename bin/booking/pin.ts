// ./ezrec booking pin: the PIN with which the people on the court run their booking.
// Shows it once, when it is made.

import { addAudit } from '../../src/api/guard/audit.ts'
import { readApiAddress, reachedAt } from '../../src/api/address.ts'
import { makePin } from '../../src/api/people/make-pin.ts'
import { withExamples, type Verb } from '../cli.ts'
import { openBox } from '../open-box.ts'

export const pinVerb: Verb = {
  name: 'pin',
  summary: 'make the PIN with which the people on the court run a booking; an earlier one ends',
  configure: (it) =>
    void withExamples(it.argument('<id>', 'ours').option('--json', 'print one JSON document'), [
      ['./ezrec booking pin ID', 'six digits for the page /court, from 15 minutes before the start to the end'],
    ]),
  run: async (context) => {
    using app = await openBox(context, { service: 'cli' })
    const { db, clock, settings } = app
    const booking = app.bookings.get(context.args[0] ?? '')
    const pin = await makePin(db, booking.id, clock.nowMs())
    addAudit(db, { atMs: clock.nowMs(), who: 'shell', what: 'pin.made', subjectId: booking.id, facts: {} })
    const url = `${reachedAt(settings, await readApiAddress(settings.paths.home))}/court`
    if (context.json) context.out({ pin, url })
    else context.print(`${pin}  ${url}`)
    context.say('keep it: it is not shown again')
    return 0
  },
}
