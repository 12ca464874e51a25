// The variables of bookings: whose they are, in which time zone, and how long one may be.
// Never decides on a booking: src/booking does.

import { z } from 'zod'
import { decimalNumber, identifier, oneLine, oneOf, timeZone } from '../values.ts'
import { optionalVariable, variable } from '../variable.ts'

export const bookingVariables = z.object({
  userId: variable(
    { name: 'USER_ID', unit: 'identifier', meaning: 'The venue that owns this box.', default: 'local', example: 'green-park-sports' },
    identifier,
  ),
  courtName: optionalVariable(
    {
      name: 'COURT_NAME',
      unit: 'one line of at most 60 letters',
      meaning: "What the court is called in titles of links, e-mails and names of downloads; unset, a booking's title stands there.",
      example: 'Centre-Court',
    },
    oneLine,
  ),
  timeZone: variable(
    {
      name: 'TIMEZONE_NAME',
      unit: 'IANA time zone',
      meaning: "The venue's time zone: it reads times written without an offset, and names the folders of a day.",
      default: 'UTC',
      example: 'Europe/Berlin',
      aliases: [{ name: 'TIMEZONE' }, { name: 'LOCAL_TIMEZONE' }, { name: 'SYSTEM_TIMEZONE' }],
    },
    timeZone,
  ),
  clockTrust: variable(
    {
      name: 'CLOCK_TRUST',
      unit: 'auto or always',
      meaning:
        'Whether to believe the clock: auto records whatever may be booked while it was not set since the boot, and sorts it once it is; always believes it.',
      default: 'auto',
      example: 'always',
    },
    oneOf('auto', 'always'),
  ),
  maxHours: variable(
    { name: 'BOOKING_MAX_HOURS', unit: 'hours', meaning: 'The longest booking; a longer one is refused.', default: '12', example: '2.5' },
    decimalNumber(0.01, 12),
  ),
  minSeconds: variable(
    {
      name: 'BOOKING_MIN_SECONDS',
      unit: 'seconds',
      meaning: 'The shortest booking; a shorter one is refused.',
      default: '1',
      example: '60',
    },
    decimalNumber(1, 3600),
  ),
})
