// The box in the machine of `lab install`, as its operator and systemd see it: its services, a booking, the film that came of it.
// Never judges; what does not come in time is an error with the last words of the services.

import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { systemClock } from '../../src/base/clock.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { round } from '../run-job.ts'
import type { Machine } from './machine.ts'

export const home = '/opt/ezrec-backend'
export const services = ['dual_recorder.service', 'video_worker.service', 'ezrec-api.service'] as const
type Service = (typeof services)[number]

export const seconds = (ms: number): number => round(ms / 1_000, 2)

/** Small pictures: what is proved here is life and death, not speed. */
export const simulatedCameras = { left: 'simulated:left', right: 'simulated:right' }
const settings = [
  `CAMERA_LEFT=${simulatedCameras.left}`,
  `CAMERA_RIGHT=${simulatedCameras.right}`,
  'MERGE_PRESET=ultrafast',
  'CLOCK_TRUST=always', // nobody in such a machine may ask who keeps its clock
]
const quick = ['RESOLUTION=640x360', 'CAMERA_LEAD_IN_SECONDS=5']
/** A processor that is emulated draws and encodes little, and starts everything late. */
export const slow = ['RESOLUTION=320x180', 'RECORDING_FPS=10', 'CAMERA_LEAD_IN_SECONDS=120', 'CAMERA_STALL_SECONDS=30']

/** The simulated rig, as an operator sets it. */
export async function setUp(machine: Machine): Promise<void> {
  const lines = [...settings, ...(machine.patience > 1 ? slow : quick)].join(' ')
  await machine.run(['sh', '-c', `printf '%s\\n' ${lines} >> ${home}/.env && systemctl restart ${services.join(' ')}`])
  await until(machine, 120_000, async () => (await machine.run(['systemctl', 'is-active', ...services])).code === 0)
}

/** Other cameras from now on. */
export async function setCameras(machine: Machine, { left, right }: { readonly left: string; readonly right: string }): Promise<void> {
  const edit = `sed -i -e 's|^CAMERA_LEFT=.*|CAMERA_LEFT=${left}|' -e 's|^CAMERA_RIGHT=.*|CAMERA_RIGHT=${right}|' ${home}/.env`
  await machine.run(['sh', '-c', `${edit} && systemctl restart ${services.join(' ')}`])
  await until(machine, 120_000, async () => (await machine.run(['systemctl', 'is-active', ...services])).code === 0)
}

const key = z.object({ key: z.string() })

/** 8000 but where something else of this machine has it: both share their ports. */
export async function portOf(machine: Machine): Promise<number> {
  await until(machine, 60_000, async () => (await machine.run(['test', '-s', `${home}/api.json`])).code === 0)
  const { url } = z.object({ url: z.url() }).parse(JSON.parse((await machine.run(['cat', `${home}/api.json`])).out))
  return Number(new URL(url).port)
}

/** Asks the API with an admin's key, as a program of the venue would. */
export async function ask(machine: Machine, method: string, address: string, body: unknown): Promise<{ status: number; text: string }> {
  const made = key.parse(JSON.parse((await machine.run(['ezrec', 'key', 'add', 'lab', '--role', 'admin', '--json'])).out))
  const order = { method, headers: { authorization: `Bearer ${made.key}`, 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const script = `fetch('http://127.0.0.1:${await portOf(machine)}${address}', ${JSON.stringify(order)}).then(async (a) => console.log(JSON.stringify({ status: a.status, text: await a.text() })))`
  const { out } = await machine.run([`${home}/current/runtime/node_modules/.bin/node`, '-e', script])
  return z.object({ status: z.int(), text: z.string() }).parse(JSON.parse(out))
}

export async function mainProcesses(machine: Machine): Promise<string[]> {
  return Promise.all(services.map((service) => mainProcess(machine, service)))
}

const mainProcess = async (machine: Machine, service: Service): Promise<string> =>
  (await machine.run(['systemctl', 'show', '-P', 'MainPID', service])).text

/** How long until systemd has it running again as another process, and ready. */
export async function backAfter(machine: Machine, service: Service, signal: 'SIGKILL' | 'SIGSTOP'): Promise<number> {
  const before = await mainProcess(machine, service)
  const beganMs = performance.now()
  await machine.run(['kill', `-${signal.slice(3)}`, before])
  await until(machine, 150_000, async () => {
    const [now, state] = [await mainProcess(machine, service), (await machine.run(['systemctl', 'is-active', service])).text]
    return now !== before && now !== '0' && state === 'active'
  })
  return seconds(performance.now() - beganMs)
}

const shown = z.object({ id: z.string(), status: z.string(), recordingId: z.string().nullable() })

export async function book(machine: Machine, inSeconds: number, length: number): Promise<string> {
  const [startsAt, endsAt] = [inSeconds, inSeconds + length].map((each) => new Date(Date.now() + each * 1_000).toISOString())
  const { code, out, text } = await machine.run(['ezrec', 'booking', 'add', '--start', startsAt ?? '', '--end', endsAt ?? '', '--json'])
  if (code === 0) return shown.parse(JSON.parse(out)).id
  throw new EzrecError('internal', `the booking was refused: ${text}`, { hint: 'look at what it says' })
}

async function bookingOf(machine: Machine, id: string): Promise<z.infer<typeof shown>> {
  return shown.parse(JSON.parse((await machine.run(['ezrec', 'booking', 'show', id, '--json'])).out))
}

export const statusOf = async (machine: Machine, id: string): Promise<string> => (await bookingOf(machine, id)).status

const manifest = z.object({
  recordingId: z.string(),
  gaps: z.array(z.record(z.string(), z.unknown())),
  video: z.object({ status: z.string(), frames: z.int() }).nullable(),
  takes: z.array(z.object({ camera: z.string(), endCause: z.string().nullable() })),
})

/** What the manifest says, once it tells of the film. */
export async function filmOf(
  machine: Machine,
  booking: string,
): Promise<{ status: string; frames: number; takes: number; gaps: readonly unknown[] }> {
  const { recordingId } = await bookingOf(machine, booking)
  let told: z.infer<typeof manifest> | undefined
  await until(machine, 60_000, async () => {
    const { code, out } = await machine.run(['sh', '-c', `cat ${home}/recordings/*/${recordingId ?? ''}/recording.json`])
    if (code !== 0) return false
    told = manifest.parse(JSON.parse(out))
    return told.video !== null
  })
  return { status: told?.video?.status ?? 'none', frames: told?.video?.frames ?? 0, takes: told?.takes.length ?? 0, gaps: told?.gaps ?? [] }
}

export async function judgeHome(machine: Machine): Promise<string[]> {
  const { code, text } = await machine.run(['ezrec', 'fsck'])
  return code === 0 ? [] : [`fsck: ${text}`]
}

/** When the newest segment file was made. */
export async function newestTakeMs({ root }: Machine): Promise<number> {
  const takes = path.join(root, home, 'takes')
  const names = await readdir(takes, { recursive: true }).catch((): string[] => [])
  const born = await Promise.all(
    names
      .filter((name) => name.endsWith('.ts'))
      .map(async (name) => (await stat(path.join(takes, name)).catch(() => undefined))?.birthtimeMs ?? 0),
  )
  return Math.max(0, ...born)
}

/** Errors: timeout, with the last words of the services. */
export async function until(machine: Machine, limitMs: number, holds: () => Promise<boolean>): Promise<void> {
  for (const endMs = performance.now() + limitMs * machine.patience; !(await holds()); await systemClock.sleep(300)) {
    if (performance.now() < endMs) continue
    const { text } = await machine.run(['journalctl', '-n', '40', '--no-pager'])
    throw new EzrecError('timeout', `not within ${(limitMs * machine.patience) / 1_000} s`, { hint: text.slice(-3_000) })
  }
}
