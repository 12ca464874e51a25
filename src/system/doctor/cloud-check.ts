// Whether the Supabase project of the settings answers, and takes their key.
// Reads its greeting only; films are made without it.

import type { Settings } from '../../../config/settings.ts'
import { degraded, healthy, type Finding } from './finding.ts'
import { whyUnanswered } from './unanswered.ts'

const name = 'cloud'

/** Nothing when no project is set. */
export async function lookAtCloud(
  { supabaseUrl, supabaseServiceRoleKey: key, timeoutSeconds }: Settings['database'],
  signal: AbortSignal,
): Promise<Finding[]> {
  if (supabaseUrl === undefined || key === undefined) return []
  const timeoutMs = Math.min(timeoutSeconds, 20) * 1_000
  const address = new URL('rest/v1/', `${supabaseUrl.replace(/\/+$/, '')}/`)
  try {
    const answer = await fetch(address, {
      method: 'HEAD',
      headers: { apikey: key, authorization: `Bearer ${key}` },
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    return [judgeCloud(address.host, answer.status)]
  } catch (error) {
    const why = whyUnanswered(error, timeoutMs)
    return [
      degraded(name, `${address.host} cannot be reached (${why})`, 'look at the network and at SUPABASE_URL; films are made all the same'),
    ]
  }
}

/** Pure. */
export function judgeCloud(host: string, status: number): Finding {
  if (status >= 200 && status < 300) return healthy(name, `${host} answers and takes the key`)
  if (status === 401 || status === 403)
    return degraded(
      name,
      `${host} does not take the key (${status})`,
      'set SUPABASE_SERVICE_ROLE_KEY to the service role key of this project',
    )
  if (status >= 500) return degraded(name, `${host} fails in itself (${status})`, 'wait; see the status page of Supabase if it lasts')
  return degraded(name, `${host} is no Supabase project (${status})`, 'set SUPABASE_URL to the address of the project')
}
