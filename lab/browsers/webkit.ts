// Debian's WebKitGTK, driven by its own WebKitWebDriver on a screen of its own that nobody sees.
// Never keeps a profile.

import { createServer } from 'node:net'
import { z } from 'zod'
import { systemClock } from '../../src/base/clock.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { startChild } from '../../src/base/process.ts'
import type { LabBrowser } from './browser.ts'

const miniBrowsers: Readonly<Record<string, string>> = {
  x64: '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
  arm64: '/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
}

export async function openWebKit(folder: string): Promise<LabBrowser> {
  const display = await openScreen()
  const port = await freePort()
  const driver = await startChild('WebKitWebDriver', [`--port=${port}`], {
    env: {
      HOME: folder,
      XDG_RUNTIME_DIR: folder,
      DISPLAY: display.name,
      // Neither a graphics card nor a bus is there.
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
      LIBGL_ALWAYS_SOFTWARE: '1',
      NO_AT_BRIDGE: '1',
    },
  })
  const close = async (): Promise<void> => {
    await driver.stop()
    await display[Symbol.asyncDispose]()
  }
  const ask = async <T>(method: string, where: string, form: z.ZodType<T>, body?: object): Promise<T> => {
    const answer = await fetch(`http://127.0.0.1:${port}${where}`, { method, ...(body ? { body: JSON.stringify(body) } : {}) })
    const text = await answer.text()
    if (answer.ok) return z.object({ value: form }).parse(JSON.parse(text)).value
    throw new EzrecError('internal', `WebKitWebDriver refused ${where}: ${text.slice(0, 300)}`, { hint: 'report this' })
  }
  try {
    await untilUp(port)
    const options = { binary: miniBrowsers[process.arch] ?? 'MiniBrowser', args: ['--automation'] }
    const wanted = { capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options, timeouts: { script: 120_000 } } } }
    const made = z.object({ sessionId: z.string(), capabilities: z.looseObject({ browserVersion: z.string() }) })
    const { sessionId, capabilities } = await ask('POST', '/session', made, wanted)
    const at = `/session/${sessionId}`
    return {
      name: 'WebKitGTK',
      version: capabilities.browserVersion,
      open: async (url) => void (await ask('POST', `${at}/url`, z.unknown(), { url })),
      ask: (expression) => {
        const script = `const over = arguments[arguments.length - 1]; ${expression}.then(over, (error) => over(String(error)))`
        return ask('POST', `${at}/execute/async`, z.string(), { script, args: [] })
      },
      picture: async () => Buffer.from(await ask('GET', `${at}/screenshot`, z.string()), 'base64'),
      [Symbol.asyncDispose]: async () => {
        await ask('DELETE', at, z.unknown()).catch(() => undefined) // the driver ends it all the same
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** A screen in memory; the X server chooses its number. */
async function openScreen(): Promise<AsyncDisposable & { readonly name: string }> {
  const screen = await startChild('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], { stdout: 'pipe' })
  const number = await new Promise<string>((resolve, reject) => {
    screen.stdout?.once('data', (text: Buffer) => resolve(text.toString('latin1').trim()))
    void screen.exited.then(() => reject(new EzrecError('internal', `Xvfb ended: ${screen.stderrTail()}`, { hint: 'report this' })))
  })
  return { name: `:${number}`, [Symbol.asyncDispose]: async () => void (await screen.stop()) }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function untilUp(port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const isUp = await fetch(`http://127.0.0.1:${port}/status`).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isUp) return
    await systemClock.sleep(100)
  }
  throw new EzrecError('timeout', 'WebKitWebDriver does not answer', {
    hint: 'sudo apt-get install -y --no-install-recommends webkit2gtk-driver',
  })
}
