// One e-mail through the SMTP server of the settings: plain text to one address.
// Never takes markup, attachments or headers from a caller, and never tries again: who asks knows when.

import { createTransport } from 'nodemailer'
import { EzrecError, errnoOf } from '../base/errors.ts'

export type SmtpOptions = {
  readonly host: string
  readonly port: number
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly useTls: boolean
  readonly from: string
}

export type Mail = {
  readonly to: string
  readonly subject: string
  readonly text: string
  /** Without the angle brackets: the same for each try, so that a server which had taken it before may tell. */
  readonly messageId: string
}

export type Mailer = {
  /** Errors: invalid (the server will never take it), upstream_unavailable (it may later). */
  send(mail: Mail): Promise<void>
}

export function openMailer({ host, port, user, password, useTls, from }: SmtpOptions): Mailer {
  const secure = port === 465
  return {
    send: async ({ to, subject, text, messageId }) => {
      const transport = createTransport({
        ...{ host, port, secure, requireTLS: useTls && !secure, ignoreTLS: !useTls && !secure },
        ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
        ...{ connectionTimeout: 15_000, greetingTimeout: 15_000, socketTimeout: 30_000, dnsTimeout: 15_000 },
        ...{ disableFileAccess: true, disableUrlAccess: true },
      })
      try {
        await transport.sendMail({
          ...{ from: { name: '', address: from }, to: { name: '', address: to }, subject: oneLine(subject), text },
          ...{ messageId: `<${messageId}>`, headers: { 'Auto-Submitted': 'auto-generated' }, textEncoding: 'quoted-printable' },
        })
      } catch (cause) {
        throw sendError(cause)
      } finally {
        transport.close()
      }
    },
  }
}

const oneLine = (text: string): string => text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim()

/** Source: RFC 5321 §4.2.3. */
const noSuchAddress: ReadonlySet<number> = new Set([550, 551, 553])

/** Of the server's words only its code is told: the rest may repeat the address. */
function sendError(cause: unknown): EzrecError {
  const code = cause instanceof Error && 'responseCode' in cause && typeof cause.responseCode === 'number' ? cause.responseCode : null
  const command = cause instanceof Error && 'command' in cause && typeof cause.command === 'string' ? cause.command : null
  const facts = { responseCode: code, command, errno: errnoOf(cause) ?? null }
  // What else is refused (the sender, the sign-in, a quota, the words) is the box's own trouble: mended, the customer is told after all.
  if (command === 'RCPT TO' && code !== null && noSuchAddress.has(code))
    return new EzrecError('invalid', 'the mail server refused this e-mail', { hint: 'look at the address', facts, cause })
  const hint = 'look at EMAIL_HOST and what belongs to it; it is tried again'
  return new EzrecError('upstream_unavailable', 'the mail server took no e-mail', { hint, facts, cause })
}
