// What doctor asks of the box beyond a health check's reach: folders, hours of room, network, programs, bucket, cloud. One list for doctor, which asks
// all of it at once, and for the status timer, which asks for /health and the alerts. No look can hold up or hide another one.

import type { Settings } from '../../../config/settings.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { EzrecError, messageOf } from '../../base/errors.ts'
import type { WriteRates } from '../../capture/disk-forecast.ts'
import { parseSourceSpec } from '../../capture/drivers/source-spec.ts'
import type { BoxLook, BoxLookName, KeptCheck } from '../box-look-file.ts'
import { worstOf } from '../health-policy.ts'
import { lookAtBucket } from './bucket-check.ts'
import { lookAtCloud } from './cloud-check.ts'
import { unasked, type Finding } from './finding.ts'
import { lookAtFolders, lookAtRoom } from './folders.ts'
import { lookAtNetwork } from './network.ts'
import { lookAtPrograms } from './programs.ts'

export type BoxLooks = Readonly<Record<BoxLookName, () => Promise<readonly Finding[]>>>

export type BoxLooksOrder = { readonly settings: Settings; readonly rates: WriteRates; readonly db: Database | undefined }

export function boxLooks({ settings, rates, db }: BoxLooksOrder, signal: AbortSignal): BoxLooks {
  const { paths, camera, storage, database } = settings
  const kinds = [camera.left, camera.right].flatMap((source, n) => kindOf(source, n === 0 ? 'left' : 'right'))
  return {
    folders: () => lookAtFolders(paths),
    room: async () => [await lookAtRoom(paths, rates)],
    network: async () => [await lookAtNetwork()],
    programs: () => lookAtPrograms(kinds),
    bucket: () => lookAtBucket({ storage, rigId: camera.rigId, db }, signal),
    cloud: () => lookAtCloud(database, signal),
  }
}

function kindOf(source: string, side: 'left' | 'right'): ReturnType<typeof parseSourceSpec>['kind'][] {
  try {
    return [parseSourceSpec(source, side, process.cwd()).kind]
  } catch (error) {
    if (error instanceof EzrecError) return [] // told by the check of that camera
    throw error
  }
}

/** A look that hangs or fails by itself says so, and nothing of the box. */
export async function inTime(name: string, look: () => Promise<readonly Finding[]>, patienceMs: number): Promise<readonly Finding[]> {
  const late = Promise.withResolvers<readonly Finding[]>()
  const timer = setTimeout(() => late.resolve([unasked(name, `no answer within ${patienceMs / 1_000} s`)]), patienceMs)
  try {
    return await Promise.race([look(), late.promise])
  } catch (error) {
    return [unasked(name, `could not be asked: ${messageOf(error)}`)]
  } finally {
    clearTimeout(timer)
  }
}

/** They start programs, or cost requests. */
const dear: readonly BoxLookName[] = ['programs', 'bucket', 'cloud']
const cheap: readonly BoxLookName[] = ['folders', 'room', 'network']
const hourUs = 3_600e6
/** While one of them is not well: that it is well again should not be told an hour later. */
const soonUs = 300e6

/** Looks once more: at what is cheap each time, at the rest each hour. What could not be asked stays as it was. */
export async function lookAgain(looks: BoxLooks, before: BoxLook | undefined, nowUs: number, patienceMs = 20_000): Promise<BoxLook> {
  const known = before?.checks ?? []
  const rest = known.some(({ name }) => dear.includes(name)) ? soonUs : hourUs
  const isDue = before === undefined || nowUs - before.dearUs >= rest
  const asked = isDue ? [...cheap, ...dear] : cheap
  const found = await Promise.all(
    asked.map(async (name) => {
      const findings = await inTime(name, looks[name], patienceMs)
      const isUnasked = findings.some(({ status }) => status === 'unasked')
      return isUnasked ? known.filter((check) => check.name === name) : checkOf(name, findings)
    }),
  )
  const kept = known.filter(({ name }) => !asked.includes(name))
  return { dearUs: isDue ? nowUs : before.dearUs, checks: [...kept, ...found.flat()] }
}

/** None when all of it is well. Uploads that wait are a check of their own. */
function checkOf(name: BoxLookName, findings: readonly Finding[]): KeptCheck[] {
  const wrong = findings.filter(({ name: of, status }) => status !== 'healthy' && of !== 'upload')
  const status = worstOf(wrong)
  if (status === 'healthy') return []
  return [
    {
      name,
      status,
      message: wrong.map((each) => (each.name === name ? each.message : `${each.name}: ${each.message}`)).join('; '),
      mend: [...new Set(wrong.flatMap(({ mend }) => mend ?? []))].join('; '),
      subjects: [...new Set(wrong.map((each) => each.name))],
    },
  ]
}
