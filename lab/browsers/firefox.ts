// Debian's Firefox, driven over WebDriver BiDi, which it speaks itself: no geckodriver is in Debian.
// Never keeps a profile, and asks nobody on the network for anything.

import { mkdtemp, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { EzrecError } from '../../src/base/errors.ts'
import { startChild, type Child } from '../../src/base/process.ts'
import type { LabBrowser } from './browser.ts'

const quiet = [
  'user_pref("datareporting.policy.dataSubmissionEnabled", false);',
  'user_pref("app.update.auto", false);',
  'user_pref("browser.shell.checkDefaultBrowser", false);',
  'user_pref("media.autoplay.default", 0);',
  'user_pref("media.gmp-manager.updateEnabled", false);',
  'user_pref("network.captive-portal-service.enabled", false);',
  'user_pref("network.connectivity-service.enabled", false);',
  'user_pref("services.settings.server", "http://127.0.0.1:9");',
]

export async function openFirefox(folder: string): Promise<LabBrowser> {
  const profile = await mkdtemp(path.join(folder, 'firefox-'))
  await writeFile(path.join(profile, 'user.js'), quiet.join('\n'))
  let found = (_url: string): void => undefined
  const listening = new Promise<string>((resolve) => (found = resolve))
  const child = await startChild('firefox-esr', ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'], {
    env: { HOME: profile, MOZ_REMOTE_SETTINGS_DEVTOOLS: '1' },
    onStderrLine: (line) => {
      const address = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(line)?.[1]
      if (address !== undefined) found(address)
    },
  })
  try {
    const ended = child.exited.then(() => undefined)
    const address = await Promise.race([listening, ended])
    if (address === undefined) throw endedEarly(child)
    return await drive(child, `${address}/session`)
  } catch (error) {
    await child.stop()
    throw error
  }
}

const endedEarly = (child: Child): EzrecError =>
  new EzrecError('internal', `Firefox ended: ${child.stderrTail().slice(-500)}`, {
    hint: 'sudo apt-get install -y --no-install-recommends firefox-esr',
  })

const reply = z.looseObject({ id: z.int().nullish(), type: z.string(), result: z.unknown().optional(), message: z.string().optional() })

async function drive(child: Child, address: string): Promise<LabBrowser> {
  const socket = new WebSocket(address)
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>()
  let last = 0
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true })
    socket.addEventListener('error', () => reject(endedEarly(child)), { once: true })
  })
  socket.addEventListener('message', ({ data }) => {
    const { id, type, result, message } = reply.parse(JSON.parse(String(data)))
    const asked = waiting.get(id ?? -1)
    waiting.delete(id ?? -1)
    if (type === 'success') asked?.resolve(result)
    else asked?.reject(new EzrecError('internal', `Firefox refused: ${message}`, { hint: 'report this' }))
  })
  socket.addEventListener('close', () => {
    for (const { reject } of waiting.values()) reject(endedEarly(child))
  })
  const send = async <T>(method: string, params: object, form: z.ZodType<T>): Promise<T> => {
    const id = (last += 1)
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    waiting.set(id, { resolve, reject })
    socket.send(JSON.stringify({ id, method, params }))
    return form.parse(await promise)
  }
  const session = z.object({ capabilities: z.looseObject({ browserVersion: z.string() }) })
  const { capabilities } = await send('session.new', { capabilities: {} }, session)
  const tree = z.object({ contexts: z.array(z.looseObject({ context: z.string() })) })
  const { contexts } = await send('browsingContext.getTree', {}, tree)
  const context = contexts[0]?.context ?? ''
  const said = z.object({
    type: z.string(),
    result: z.object({ value: z.unknown().optional() }).optional(),
    exceptionDetails: z.unknown().optional(),
  })
  return {
    name: 'Firefox',
    version: capabilities.browserVersion,
    open: async (url) => void (await send('browsingContext.navigate', { context, url, wait: 'complete' }, z.unknown())),
    ask: async (expression) => {
      const order = { expression, target: { context }, awaitPromise: true, userActivation: true }
      const { type, result, exceptionDetails } = await send('script.evaluate', order, said)
      if (type === 'success') return String(result?.value)
      throw new EzrecError('internal', `the page threw ${JSON.stringify(exceptionDetails).slice(0, 300)}`, { hint: 'report this' })
    },
    picture: async () => {
      const { data } = await send('browsingContext.captureScreenshot', { context }, z.object({ data: z.string() }))
      return Buffer.from(data, 'base64')
    },
    [Symbol.asyncDispose]: async () => {
      socket.close()
      await child.stop()
    },
  }
}
