// The whole box looked at once, from settings to bucket: each thing with how it stands, why, and the mend.
// Changes nothing on the box, starts no camera, and no check can hold up or hide another one.

import type { ExaminedSettings, Settings } from '../../../config/settings.ts'
import { readClockEvidence } from '../../adapters/clock-evidence.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { instant } from '../../booking/booking.ts'
import type { Margins } from '../../booking/schedule.ts'
import { openBoxClock } from '../../capture/box-time-file.ts'
import { evidenceFor } from '../../capture/clock-trust.ts'
import type { WriteRates } from '../../capture/disk-forecast.ts'
import { retentionRules } from '../../sweep/retention-policy.ts'
import { openRoom } from '../../sweep/room.ts'
import { isRecording, readHealthFacts } from '../health-facts.ts'
import { boxLookNames } from '../box-look-file.ts'
import type { Check, Verdict } from '../check.ts'
import { verdictOf, worstOf } from '../health-policy.ts'
import { openMachineLook } from '../machine-look.ts'
import { listAlerts } from '../alerts/alert-store.ts'
import { lookAtApi } from './api-check.ts'
import { boxLooks, inTime } from './box-looks.ts'
import { lookAtCameras } from './camera-check.ts'
import { judgeClock } from './clock-check.ts'
import { degraded, healthy, unhealthy, type Finding } from './finding.ts'
import { lookAtKernelLog } from './kernel-log.ts'
import { lookAtMonth } from './month.ts'
import { lookAtPrograms } from './programs.ts'
import { openRows } from './rows.ts'

export type DoctorOrder = {
  readonly examined: ExaminedSettings
  /** Of the settings: highest rates, lead-in and tail. */
  readonly ratesOf: (settings: Settings) => WriteRates
  readonly marginsOf: (settings: Settings) => Margins
  /** Where the API of that home said that it listens: the port of the settings may have been taken by another program. */
  readonly apiPortOf: (home: string) => Promise<number | undefined>
}

export type Diagnosis = { readonly status: Verdict; readonly findings: readonly Finding[] }

/** Never rejects for what is wrong with the box. */
export async function examineBox(order: DoctorOrder, signal: AbortSignal): Promise<Diagnosis> {
  const { examined } = order
  const bySettings = judgeSettingsFound(examined)
  const findings = examined.settings
    ? [...bySettings, ...(await lookAtAll(examined.settings, order, signal))]
    : [...bySettings, ...(await lookAtPrograms([]))]
  signal.throwIfAborted()
  return { status: worstOf(findings), findings }
}

function judgeSettingsFound({ faults, warnings, settings }: ExaminedSettings): Finding[] {
  const wrong = faults.map(({ name, fault, example }) => unhealthy('settings', `${name}: ${fault}`, `for example ${example}`))
  const odd = warnings.map((warning) => degraded('settings', warning, './ezrec config check shows every setting'))
  return [...wrong, ...odd, ...(settings && odd.length === 0 ? [healthy('settings', `fit together, in ${settings.paths.home}`)] : [])]
}

async function lookAtAll(settings: Settings, { ratesOf, marginsOf, apiPortOf }: DoctorOrder, signal: AbortSignal): Promise<Finding[]> {
  const { paths, camera, booking, api } = settings
  const rows = openRows(paths.database)
  try {
    const evidence = evidenceFor(booking.clockTrust)
    const clock = openBoxClock(paths.boxTime, { evidence })
    const nowMs = clock.nowMs()
    const room =
      rows.db &&
      openRoom({
        db: rows.db,
        clock,
        rigId: camera.rigId,
        takesFolder: paths.takes,
        rates: ratesOf(settings),
        margins: marginsOf(settings),
        rules: retentionRules(settings.keep),
        bucket: undefined,
      })
    const { db } = rows
    const ofBox = boxLooks({ settings, rates: ratesOf(settings), db }, signal)
    const looks: readonly (readonly [name: string, look: () => Promise<readonly Finding[]>])[] = [
      ...boxLookNames.map((name) => [name, ofBox[name]] as const),
      ['camera sources', () => lookAtCameras(settings, db !== undefined && isRecording({ db, clock }), signal)],
      [
        'services',
        async () =>
          db && room
            ? sinceWhen(
                db,
                verdictOf(await readHealthFacts({ db, clock, room, lookAtMachine: openMachineLook(paths, clock, diskPatienceMs) })).checks,
              )
            : [],
      ],
      ['month', async () => (db ? [await lookAtMonth(db, monthOf(settings, ratesOf(settings), nowMs))] : [])],
      ['api', async () => [await lookAtApi({ ...api, port: (await apiPortOf(paths.home)) ?? api.port })]],
      [
        'clock',
        async () => [judgeClock({ ...readClockEvidence(), ...evidence(), nowMs, trusted: clock.trusted(), settled: clock.settled() })],
      ],
      ['kernel log', () => lookAtKernelLog(paths.home)],
    ]
    const found = await Promise.all(looks.map(([name, look]) => inTime(name, look, patienceMs)))
    return [...rows.findings, ...found.flat()]
  } finally {
    rows.db?.close()
  }
}

const monthOf = ({ paths, storage }: Settings, rates: WriteRates, nowMs: number): Parameters<typeof lookAtMonth>[1] => ({
  folder: paths.home,
  rates,
  hasBucket: storage.bucket !== undefined,
  nowMs,
})

/** The checks of /health, with what has been told of them; what is asked anew here is told by that. */
function sinceWhen(db: Database, checks: readonly Check[]): Finding[] {
  const lasting = listAlerts(db, { limit: 100, onlyOpen: true })
  return checks
    .filter(({ name }) => !['clock', 'sources', 'kernel', ...boxLookNames].includes(name))
    .map((check) => {
      const alert = lasting.find(({ check: name }) => name === check.name)
      return check.status === 'healthy' || !alert ? check : { ...check, message: `${check.message}; since ${instant(alert.sinceMs)}` }
    })
}

const patienceMs = 30_000
/** For a disk: everything is asked at once, and a small board is busy then. */
const diskPatienceMs = 10_000
