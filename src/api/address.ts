// Where the API of a home can be reached: a small file that the server writes when it listens, for the other processes of the box.
// Never guesses: no file, no address.

import path from 'node:path'
import { z } from 'zod'
import type { Settings } from '../../config/settings.ts'
import { readIfPresent } from '../base/files.ts'

export const apiAddressFile = (home: string): string => path.join(home, 'api.json')

const address = z.object({ port: z.int(), host: z.string(), url: z.string(), pid: z.int() })

export type ApiAddress = z.infer<typeof address>

/** The address, or `undefined` when no server has told one. */
export async function readApiAddress(home: string): Promise<ApiAddress | undefined> {
  const text = await readIfPresent(apiAddressFile(home))
  if (text === undefined) return undefined
  try {
    return address.parse(JSON.parse(text))
  } catch {
    return undefined // half written by a crash: the next server writes it anew
  }
}

/** Where people reach this box: as set, or as its API says. */
export const reachedAt = ({ share, api }: Pick<Settings, 'share' | 'api'>, told: ApiAddress | undefined): string =>
  share.baseUrl ?? told?.url ?? `http://localhost:${api.port}`
