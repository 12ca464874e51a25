// What people do first with a box that was just installed: they ask doctor, press restart, follow the README, book.
// Never breaks anything: install.ts does.

import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { systemClock } from '../../src/base/clock.ts'
import { runChild } from '../../src/base/process.ts'
import type { Outcome } from '../harness.ts'
import { readGuideLines } from './guide-lines.ts'
import { ask, book, filmOf, home, judgeHome, mainProcesses, portOf, services, setUp, statusOf, until } from './installed-box.ts'
import type { Machine } from './machine.ts'

const diagnosis = z.object({
  status: z.string(),
  findings: z.array(z.object({ name: z.string(), status: z.string(), message: z.string() })),
})

export async function askDoctor(machine: Machine): Promise<Outcome> {
  await setUp(machine)
  await until(machine, 60_000, async () => (await machine.run(['test', '-s', `${home}/api.json`])).code === 0)
  await systemClock.sleep(12_000 * Math.min(machine.patience, 5)) // each service has said by then that it is alive
  const { code, out, text } = await machine.run(['ezrec', 'doctor', '--json'])
  if (out === '') return { faults: [`doctor: exit ${code}: ${text.slice(-500)}`], figures: {} }
  const { status, findings } = diagnosis.parse(JSON.parse(out))
  const unwell = findings
    .filter((each) => ['degraded', 'unhealthy'].includes(each.status))
    .map(({ name, message }) => `${name}: ${message}`)
  const unasked = findings.filter((each) => each.status === 'unasked').map(({ name }) => name)
  // The timer may read the journal. That doctor is told of it is not shown: in such a machine units see another number of the boot.
  await until(machine, 120_000, async () => (await machine.run(['grep', '-q', '"faults": \\[\\]', `${home}/kernel-look.json`])).code === 0)
  return { faults: code === 0 ? [] : [`doctor says ${status}`, ...unwell], figures: { checks: findings.length, unasked } }
}

export async function restartByApi(machine: Machine): Promise<Outcome> {
  const before = await mainProcesses(machine)
  const { status, text } = await ask(machine, 'POST', '/system/restart', {})
  await until(machine, 60_000, async () => {
    const now = await mainProcesses(machine)
    return (
      now.every((pid, n) => pid !== '0' && pid !== before[n]) && (await machine.run(['systemctl', 'is-active', ...services])).code === 0
    )
  })
  const as = ['setpriv', '--reuid=ezrec', '--regid=ezrec', '--init-groups', '--', 'systemctl', '--no-ask-password']
  const refused = await Promise.all(
    [
      ['restart', 'systemd-journald.service'],
      ['stop', 'video_worker.service'],
      ['mask', 'ezrec-api.service'],
    ].map(async (words) => [words.join(' '), (await machine.run([...as, ...words])).code] as const),
  )
  const { route, faults } = await judgeSyncRoute(machine)
  return {
    faults: [
      ...(status === 200 || status === 202 ? [] : [`POST /system/restart: ${status} ${text.slice(0, 300)}`]),
      ...refused.filter(([, code]) => code === 0).map(([words]) => `the user ezrec may ${words}`),
      ...faults,
    ],
    figures: { route },
  }
}

/** The rule of udev, in a network of its own that has nothing but a loopback: a machine of this kind runs no udev. */
async function judgeSyncRoute({ root }: Machine): Promise<{ route: string; faults: string[] }> {
  const rules = await readFile(path.join(root, 'etc', 'udev', 'rules.d', '60-ezrec.rules'), 'utf8')
  const [, command = 'false', group = ''] = /KERNEL=="lo".*RUN\+="\/bin\/sh -c '(.* (239\.255\.\d+\.\d+)\/32 .*)'"/.exec(rules) ?? []
  const asked = `ip link set lo up; ${command}; ip route get ${group}; ip route get 239.255.255.250 && echo 'others too'`
  const { stdout } = await runChild('unshare', ['--net', 'sh', '-c', asked])
  const said = stdout.toString('utf8')
  const isRight = said.includes(`multicast ${group} dev lo`) && !said.includes('others too')
  return { route: `${group}/32`, faults: isRight ? [] : [`no multicast route: ${said}`] }
}

/** As it stands; one that follows a log for ever is let follow for a moment. */
const asTyped = (line: string): string => (/ -f( |$)/.test(line) ? `timeout 3 ${line} || [ $? = 124 ]` : line)

/** Every other line of the guides' shell blocks, on a box as it was installed. A finding of doctor or of grep is no fault of the line. */
export async function typeGuides(machine: Machine): Promise<Outcome> {
  const port = await portOf(machine)
  const lines = (await readGuideLines()).typed.map((line) => line.replace('//localhost:8000', `//localhost:${port}`))
  const faults: string[] = []
  await installTools(machine)
  for (const line of lines) {
    const { code, text } = await machine.run(['bash', '-c', asTyped(line.replaceAll('sudo ', ''))])
    if (code !== 0 && !(code === 1 && /doctor|grep/.test(line))) faults.push(`${line}: exit ${code}: ${text.slice(-300)}`)
  }
  return { faults, figures: { lines: lines.length } }
}

/** Programs of the operator's own, which the README and the guides suppose. */
const installTools = async (machine: Machine): Promise<void> =>
  void (await machine.run(['apt-get', 'install', '-q', '-y', '--no-install-recommends', 'curl', 'jq'], 600_000))

/** The lines of its README, as they are written there. */
export async function followSeed(machine: Machine): Promise<Outcome> {
  const file = `${home}/api/local_data/bookings.json`
  const times = `"start_time": "'$(date -u +"%Y-%m-%dT%H:%M:%SZ")'", "end_time": "'$(date -u -d "+2 minutes" +"%Y-%m-%dT%H:%M:%SZ")'"`
  const who = `"status": "scheduled", "user_id": "your-user-id", "camera_id": "your-camera-id"`
  const lines = [
    `echo '[ { "id": "test-001", ${times}, ${who} } ]' | tee ${file}`,
    'systemctl status dual_recorder.service --no-pager',
    'systemctl status video_worker.service --no-pager',
    'systemctl status ezrec-api.service --no-pager',
    'journalctl -u dual_recorder.service -n 100 --no-pager | grep -q recorder',
    'journalctl -u dual_recorder.service --since "1 hour ago" --no-pager | { grep ERROR || :; }',
    ...['dual_recorder', 'video_worker', 'ezrec-api'].map((unit) => asTyped(`journalctl -u ${unit}.service -f`)),
    asTyped(`tail -f ${home}/logs/dual_recorder.log`),
    `tail -n 1 ${home}/logs/dual_recorder.log | grep -q level`,
    `df -h ${home}/recordings`,
    `set -o pipefail; curl http://localhost:${await portOf(machine)}/health | jq -e .success`,
    'id -nG ezrec | grep -w video',
    // The successors of its Python lines.
    'ezrec config check',
    'ezrec cameras list --json',
  ]
  const faults: string[] = []
  await installTools(machine)
  for (const line of lines) {
    const { code, text } = await machine.run(['bash', '-c', line])
    if (code !== 0) faults.push(`${line}: exit ${code}: ${text.slice(-300)}`)
  }
  const listed = z.array(z.looseObject({ id: z.string(), title: z.string().nullable().optional(), userId: z.string() }))
  let booking = ''
  await until(machine, 30_000, async () => {
    const found = listed.parse(JSON.parse((await machine.run(['ezrec', 'booking', 'list', '--json'])).out))
    booking = found.find(({ userId }) => userId === 'your-user-id')?.id ?? ''
    return booking !== ''
  })
  await until(machine, 240_000, async () => (await statusOf(machine, booking)) === 'uploaded')
  const film = await filmOf(machine, booking)
  return { faults: [...faults, ...(await judgeHome(machine))], figures: { ...film } }
}

export async function recordBriefly(machine: Machine): Promise<Outcome> {
  const booking = await book(machine, 180, 10)
  await until(machine, 90_000, async () => (await statusOf(machine, booking)) === 'uploaded')
  const film = await filmOf(machine, booking)
  return { faults: [...(film.frames > 0 ? [] : ['the film has no pictures']), ...(await judgeHome(machine))], figures: { ...film } }
}
