// One e-mail through the SMTP server of the settings: text, and HTML beside it, to one address.
// Never takes attachments or headers from a caller, and never tries again: who asks knows when.

import { Socket } from 'node:net'
import { createTransport } from 'nodemailer'
import { EzrecError, errnoOf } from '../base/errors.ts'

export type SmtpOptions = {
  readonly host: string
  readonly port: number
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly useTls: boolean
  readonly from: string
  /** How long one that is under way may go on when the signal aborts; default 5 s: a service that is told to end has 10 s. */
  readonly graceMs?: number
}

export type Mail = {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html?: string | undefined
  /** Without the angle brackets: the same for each try, so that a server which had taken it before may tell. */
  readonly messageId: string
}

export type Mailer = {
  /** Errors: invalid (the server will never take it), upstream_unavailable (it may later), canceled (the signal aborted, and it took no notice for 5 s). */
  send(mail: Mail, signal?: AbortSignal): Promise<void>
}

export function openMailer({ host, port, user, password, useTls, from, graceMs = 5_000 }: SmtpOptions): Mailer {
  const secure = port === 465
  return {
    send: async ({ to, subject, text, html, messageId }, signal) => {
      const line = openLine({ host, port })
      const transport = createTransport({
        ...{ host, port, secure, requireTLS: useTls && !secure, ignoreTLS: !useTls && !secure, getSocket: line.open },
        ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
        ...{ connectionTimeout: connectMs, greetingTimeout: 15_000, socketTimeout: 30_000, dnsTimeout: 15_000 },
        ...{ disableFileAccess: true, disableUrlAccess: true },
      })
      const cut = (): void => void setTimeout(line.cut, graceMs).unref()
      signal?.addEventListener('abort', cut, { once: true })
      try {
        signal?.throwIfAborted()
        await transport.sendMail({
          ...{ from: { name: '', address: from }, to: { name: '', address: to }, subject: oneLine(subject), text },
          ...(html === undefined ? {} : { html }),
          ...{ messageId: `<${messageId}>`, headers: { 'Auto-Submitted': 'auto-generated' }, textEncoding: 'quoted-printable' },
        })
      } catch (cause) {
        if (signal?.aborted) throw new EzrecError('canceled', 'an e-mail was given up', { hint: 'it is tried again', cause })
        throw sendError(cause)
      } finally {
        signal?.removeEventListener('abort', cut)
        transport.close()
        line.cut()
      }
    },
  }
}

const connectMs = 15_000

type Line = { open(options: unknown, done: (error: Error | null, socket: { connection: Socket }) => void): void; cut(): void }

/** The connection is ours, so that it can be cut. */
function openLine({ host, port }: Pick<SmtpOptions, 'host' | 'port'>): Line {
  const socket = new Socket()
  return {
    open: (_, done) => {
      const failed = (error: Error): void => done(error, { connection: socket })
      socket.once('error', failed)
      socket.setTimeout(connectMs, () => socket.destroy(new Error('no connection in time')))
      socket.connect({ host, port }, () => {
        socket.setTimeout(0)
        socket.off('error', failed)
        done(null, { connection: socket })
      })
    },
    cut: () => socket.destroy(),
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
