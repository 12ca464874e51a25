// Whether the HTTP API answers where it listens.
// Asks for nothing that needs a key.

import { z } from 'zod'
import { degraded, healthy, type Finding } from './finding.ts'
import { whyUnanswered } from './unanswered.ts'

const answer = z.object({ data: z.object({ status: z.string() }) })

/** Somebody waits for doctor, who asks everything at once: a small board is busy then. */
const patienceMs = 10_000

export async function lookAtApi({ host, port }: { readonly host: string; readonly port: number }): Promise<Finding> {
  const there = ['0.0.0.0', '::', ''].includes(host) ? '127.0.0.1' : host
  const address = `http://${there.includes(':') ? `[${there}]` : there}:${port}/health`
  const mend = './ezrec up runs all services, ./ezrec api this one; its log is logs/ezrec-api.log'
  try {
    const found = await fetch(address, { signal: AbortSignal.timeout(patienceMs), redirect: 'error' })
    const { data } = answer.parse(await found.json())
    return healthy('api', `answers at ${address}: ${data.status}`)
  } catch (error) {
    const why =
      error instanceof z.ZodError || error instanceof SyntaxError ? 'somebody else answers there' : whyUnanswered(error, patienceMs)
    return degraded('api', `${address}: ${why}`, mend)
  }
}
