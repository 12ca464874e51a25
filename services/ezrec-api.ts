// The ways in as a service: one HTTP server for one home, the file bookings.json, and the claim code of a box that has no account yet.
// Never logs that code: it is told to the terminal and to claim-code.txt alone.

import type { Settings } from '../config/settings.ts'
import { beat } from '../src/adapters/heartbeat.ts'
import { takeInstanceLock } from '../src/adapters/instance-lock.ts'
import { noteStart } from '../src/adapters/service-starts.ts'
import { noSystemd, type Systemd } from '../src/adapters/systemd.ts'
import { ensureClaimCode } from '../src/api/people/claim-code.ts'
import { serveApi } from '../src/api/server.ts'
import { openApp, type App } from '../src/app.ts'
import { openMailer } from '../src/adapters/smtp.ts'
import { readApiAddress } from '../src/api/address.ts'
import { keepForgettingAddresses } from '../src/share/forget-addresses.ts'
import { keepMails } from '../src/share/keep-mails.ts'
import { openShareSecret } from '../src/share/share-secret.ts'
import { bootId } from '../src/base/clock.ts'
import { makeFolder } from '../src/base/files.ts'
import { keepBookingsFile } from '../src/booking/keep-bookings-file.ts'
import { keepHealthEvents } from '../src/system/keep-health-events.ts'
import { openBookingsFileLook } from '../src/system/keep-bookings-file-look.ts'
import { lookFiles } from '../src/system/look-file.ts'
import { openMachineLook } from '../src/system/machine-look.ts'

const beatMs = 10_000

export type ApiRun = {
  readonly logToStderr: boolean
  readonly showClaimCode?: (code: string) => void
  readonly systemd?: Systemd
}

export async function runEzrecApi(
  settings: Settings,
  { logToStderr, showClaimCode, systemd = noSystemd }: ApiRun,
  signal: AbortSignal,
): Promise<void> {
  await makeFolder(settings.paths.home)
  using _lock = takeInstanceLock(settings.paths.home, 'ezrec-api')
  using app = await openApp(settings, { service: 'ezrec-api', logToStderr })
  const { db, clock, logger } = app
  const code = await ensureClaimCode(db, settings.paths.home)
  if (code !== undefined) {
    logger.info('this box has no account yet: its claim code is in claim-code.txt in its home')
    showClaimCode?.(code)
  }
  const bornAtMs = clock.nowMs()
  let noted = false
  let listening = false
  const alive = (): void => {
    try {
      if (!noted) noteStart(db, { service: 'ezrec-api', bootId: bootId(), pid: process.pid, atMs: bornAtMs })
      noted = true
      beat(db, { service: 'ezrec-api', pid: process.pid, atMs: clock.nowMs(), doing: 'serving' })
      if (listening) systemd.worked()
    } catch (error) {
      logger.warn({ err: error }, 'no heartbeat could be written')
    }
  }
  const timer = setInterval(alive, beatMs)
  const onListening = (): void => {
    listening = true
    alive()
  }
  const over = new AbortController()
  const ending = AbortSignal.any([signal, over.signal])
  const kept = Promise.all([
    keepBookingsFile(
      {
        ...{ ...app, ...settings.booking, rigId: settings.camera.rigId, file: settings.paths.bookingsFile },
        onFaults: openBookingsFileLook(lookFiles(settings.paths.home).bookingsFile, app),
      },
      ending,
    ),
    keepHealthEvents(
      {
        ...app,
        owner: { userId: settings.booking.userId, rigId: settings.camera.rigId },
        lookAtMachine: openMachineLook(settings.paths, clock),
      },
      ending,
    ),
    mailWith(app, ending),
    keepForgettingAddresses(app, ending),
  ])
  try {
    await serveApi(app, { ...settings.api, onListening }, signal)
  } finally {
    clearInterval(timer)
    over.abort()
    await kept
  }
}

/** Without a mail server in the settings nobody is told, and nothing is kept for later. */
async function mailWith(app: App, signal: AbortSignal): Promise<void> {
  const { host, from, ...rest } = app.settings.mail
  if (host === undefined || from === undefined) return
  const { paths, share, booking } = app.settings
  const baseUrl = async (): Promise<string | undefined> => share.baseUrl ?? (await readApiAddress(paths.home))?.url
  const mailer = openMailer({ ...rest, host, from })
  const secret = (): Promise<Buffer> => openShareSecret(paths.shareSecret)
  await keepMails({ ...app, mailer, baseUrl, secret, days: share.days, venue: booking, from }, signal)
}
