// The variables of e-mail: through which server the box writes to people, and as whom. Without a server it writes to nobody.
// Never opens a connection.

import { z } from 'zod'
import { flag, hostOrAddress, mailAddress, mailSecret, wholeNumber } from '../values.ts'
import { optionalVariable, variable } from '../variable.ts'

export const mailVariables = z.object({
  host: optionalVariable(
    {
      name: 'EMAIL_HOST',
      unit: 'IP address or host name',
      meaning: 'The SMTP server that takes e-mail from this box; without it none is sent.',
      example: 'smtp.example.org',
    },
    hostOrAddress,
  ),
  port: variable(
    {
      name: 'EMAIL_PORT',
      unit: 'TCP port',
      meaning: 'Its port; at 465 the connection is TLS from the start.',
      default: '587',
      example: '465',
    },
    wholeNumber(1, 65_535),
  ),
  user: optionalVariable(
    {
      name: 'EMAIL_HOST_USER',
      unit: 'text',
      meaning: 'The name to sign in with; without it nobody signs in.',
      example: 'court@example.org',
    },
    mailSecret,
  ),
  password: optionalVariable(
    {
      name: 'EMAIL_HOST_PASSWORD',
      unit: 'text',
      meaning: 'The password that belongs to that name.',
      example: 'app-password',
      secret: true,
    },
    mailSecret,
  ),
  useTls: variable(
    {
      name: 'EMAIL_USE_TLS',
      unit: 'true or false',
      meaning: 'Refuse to send without TLS; false is for a server on this box or in this network.',
      default: 'true',
      example: 'false',
    },
    flag,
  ),
  from: optionalVariable(
    { name: 'EMAIL_FROM', unit: 'e-mail address', meaning: 'Whom the e-mail is from.', example: 'court@example.org' },
    mailAddress,
  ),
})
