// A real Chromium for the tests of pages: its own profile folder, away with it; pages as a phone shows them.
// Never shares a cookie between two looks.

import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { chromium, type BrowserContextOptions, type Page } from 'playwright-core'

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
]

export const phone = { viewport: { width: 390, height: 844 }, acceptDownloads: true }

export type ABrowser = {
  /** A page of its own. */
  look(options?: BrowserContextOptions): Promise<Seen>
  [Symbol.asyncDispose](): Promise<void>
}

/** `complaints` are what the browser says of broken rules and scripts. */
export type Seen = { readonly page: Page; readonly complaints: readonly string[]; [Symbol.asyncDispose](): Promise<void> }

export async function openBrowser(): Promise<ABrowser> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'ezrec-chromium-'))
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: flags,
    env: { HOME: folder, TMPDIR: folder, PATH: '/usr/bin:/bin' },
  })
  return {
    look: async (options = {}) => {
      const context = await browser.newContext({ ...phone, ...options })
      const page = await context.newPage()
      page.setDefaultTimeout(30_000)
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text())
      })
      return { page, complaints, [Symbol.asyncDispose]: () => context.close() }
    },
    [Symbol.asyncDispose]: async () => {
      await browser.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
