// Debian's Chromium, driven as the tests drive it.
// Never keeps a profile.

import { chromium } from 'playwright-core'
import type { LabBrowser } from './browser.ts'

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync']

export async function openChromium(folder: string): Promise<LabBrowser> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [...flags, '--autoplay-policy=no-user-gesture-required'],
    env: { HOME: folder, TMPDIR: folder, PATH: '/usr/bin:/bin' },
  })
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  return {
    name: 'Chromium',
    version: browser.version(),
    open: async (url) => void (await page.goto(url)),
    ask: async (expression) => String(await page.evaluate(expression)),
    picture: async () => page.screenshot(),
    [Symbol.asyncDispose]: async () => browser.close(),
  }
}
