// `lab install`: a Debian that boots by itself gets EZREC by deployment.sh, twice; then it records, is killed, stands still, loses its power and goes on.
// Never installs anything into this machine; wants root, debootstrap and systemd-container.

import path from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import type { Context, Outcome, Scenario } from '../harness.ts'
import { backAfter, book, filmOf, judgeHome, mainProcesses, newestTakeMs, seconds, services, statusOf, until } from './installed-box.ts'
import { askDoctor, followSeed, recordBriefly, restartByApi, typeGuides } from './first-use.ts'
import { deploy, dryRun, install, installAgain, tryRealCameras, uninstall } from './deployments.ts'
import { isForeign, makeBase, openMachine, type Machine } from './machine.ts'

const repository = path.resolve(import.meta.dirname, '..', '..')

export const installScenario: Scenario = {
  kind: 'lab',
  name: 'install',
  summary: 'installs by deployment.sh on a Debian that boots, then kills, stops and cuts it (--suite, --arch; wants root)',
  run: async function* run(context) {
    const { suite = 'bookworm', arch = process.arch === 'arm64' ? 'arm64' : 'amd64', cacheFolder, folder, signal } = context
    const patience = (await isForeign(arch, signal)) ? 20 : 1
    const base = await makeBase(suite, arch, path.join(cacheFolder, 'lab', 'debian'), signal)
    await using machine = await openMachine(base, path.join(folder, 'machine'), { repository, patience }, signal)
    await machine.boot()
    await machine.run(['systemctl', 'is-system-running', '--wait']) // what the first boot of a Debian writes is not ours
    for (const [name, point] of patience === 1 ? points : pointsUnderEmulation) {
      if (context.signal.aborted) return
      context.say(`-- ${name}`)
      const beganMs = performance.now()
      const { faults, figures } = await point(machine, context)
      yield { name, faults, figures: { ...figures, wallSeconds: seconds(performance.now() - beganMs) } }
      if (point === install && faults.length > 0) return // there is nothing to look at
    }
  },
}

type PointRun = (machine: Machine, context: Context) => Promise<Outcome>

const points: readonly (readonly [name: string, run: PointRun])[] = [
  ['a dry run changes nothing', dryRun],
  ['it installs, and proves it by a film', install],
  ['a second time nothing has to be changed', installAgain],
  ['its units are sound, hardly exposed, and no process of them is root', judgeUnits],
  ['doctor finds the box healthy', askDoctor],
  ['a new release is tried on the cameras of the box, and is then left alone', tryRealCameras],
  ['the API may start its own services anew, and nobody of them anything else', restartByApi],
  ['the lines of the guides can be typed as they stand', typeGuides],
  ["the seed's own lines work: its test booking is filmed and published", followSeed],
  ['a booking is filmed and published while every service is killed and the recorder stands still', recordThroughKills],
  ['a new release that comes in the middle of a match costs no picture', upgradeInMatch],
  ['worker and API that stand still are started again by their watchdogs', hang],
  ['a stop in the middle of a match ends within 10 s and leaves no process', stopInMatch],
  ['the power is cut in the middle of a match; after the boot the rest is filmed', cutInMatch],
  ['taking it away leaves settings and films', uninstall],
]

/** What is slow there is not asked: a second time, killing, hanging and cutting are the same on every processor. */
const pointsUnderEmulation: typeof points = [
  ['it installs, and proves it by a film', install],
  ['doctor finds the box healthy', askDoctor],
  ['a short booking is filmed and published', recordBriefly],
  ['taking it away leaves settings and films', uninstall],
]

async function judgeUnits(machine: Machine): Promise<Outcome> {
  const verify = await machine.run([
    'sh',
    '-c',
    'systemd-analyze verify /etc/systemd/system/*.service /etc/systemd/system/*.timer /etc/systemd/system/*.target',
  ])
  const exposed: Record<string, number> = {}
  for (const unit of [...services, 'system_status.service'])
    exposed[unit] = Number(
      /exposure level for \S+: ([\d.]+)/.exec((await machine.run(['systemd-analyze', 'security', '--no-pager', unit])).text)?.[1],
    )
  const users = (
    await machine.run([
      'sh',
      '-c',
      'for u in dual_recorder video_worker ezrec-api; do ps -o user= -p "$(tr "\\n" , < /sys/fs/cgroup/systemd/system.slice/$u.service/cgroup.procs 2>/dev/null | sed "s/,$//" || systemctl show -P MainPID $u)"; done',
    ])
  ).text
  const state = (await machine.run(['systemctl', 'is-system-running'])).text
  const { text: version } = await machine.run(['systemctl', '--version'])
  const faults = [
    ...(verify.code === 0 && verify.text === '' ? [] : [`systemd-analyze verify: ${verify.text.slice(0, 500)}`]),
    ...(new Set(users.split('\n').map((user) => user.trim())).size === 1 && users.includes('ezrec') ? [] : [`processes of: ${users}`]),
    ...(state === 'running' ? [] : [`the system is ${state}`]),
    ...Object.entries(exposed).flatMap(([unit, level]) => (level <= 1.5 ? [] : [`${unit} is exposed by ${level}`])),
  ]
  return { faults, figures: { exposed, processes: users.split('\n').length, systemd: version.split('\n')[0] } }
}

async function recordThroughKills(machine: Machine): Promise<Outcome> {
  const booking = await book(machine, 15, 75)
  await until(machine, 60_000, async () => (await statusOf(machine, booking)) === 'recording')
  await systemClock.sleep(4_000)
  const backSeconds: Record<string, number> = {}
  for (const service of services) backSeconds[service] = await backAfter(machine, service, 'SIGKILL')
  const watchdogSeconds = await backAfter(machine, 'dual_recorder.service', 'SIGSTOP')
  await until(machine, 180_000, async () => (await statusOf(machine, booking)) === 'uploaded')
  const film = await filmOf(machine, booking)
  const faults = [
    ...(await judgeHome(machine)),
    ...(film.status === 'complete' ? [] : [`the film is ${film.status}: ${JSON.stringify(film.gaps)}`]),
  ]
  return { faults, figures: { backSeconds, watchdogSeconds, ...film } }
}

async function upgradeInMatch(machine: Machine): Promise<Outcome> {
  const booking = await book(machine, 15, 60)
  await until(machine, 60_000, async () => (await statusOf(machine, booking)) === 'recording')
  await machine.run(['sh', '-c', 'echo >> /root/ezrec/README.md'])
  const before = await mainProcesses(machine)
  const { code, text } = await deploy(machine)
  const after = await mainProcesses(machine)
  await until(machine, 240_000, async () => (await statusOf(machine, booking)) === 'uploaded')
  const film = await filmOf(machine, booking)
  const faults = [
    ...(code === 0 ? [] : [`exit ${code}: ${text.slice(-1_500)}`]),
    ...(before.every((pid, n) => pid !== after[n]) ? [] : [`still the processes of the old release: ${after.join(' ')}`]),
    ...(film.status === 'complete' ? [] : [`the film is ${film.status}: ${JSON.stringify(film.gaps)}`]),
    ...(await judgeHome(machine)),
  ]
  return { faults, figures: { ...film } }
}

async function hang(machine: Machine): Promise<Outcome> {
  const [worker, api] = await Promise.all([
    backAfter(machine, 'video_worker.service', 'SIGSTOP'),
    backAfter(machine, 'ezrec-api.service', 'SIGSTOP'),
  ])
  return { faults: [], figures: { worker, api } }
}

async function stopInMatch(machine: Machine): Promise<Outcome> {
  const booking = await book(machine, 15, 30)
  await until(machine, 60_000, async () => (await statusOf(machine, booking)) === 'recording')
  await systemClock.sleep(5_000)
  const beganMs = performance.now()
  await machine.run(['systemctl', 'stop', 'dual_recorder.service'])
  const stopSeconds = seconds(performance.now() - beganMs)
  const left = (await machine.run(['pgrep', '-fc', 'camera-chain'])).text
  await machine.run(['systemctl', 'start', 'dual_recorder.service'])
  await until(machine, 180_000, async () => (await statusOf(machine, booking)) === 'uploaded')
  const film = await filmOf(machine, booking)
  const faults = [
    ...(stopSeconds <= 10 ? [] : [`the stop took ${stopSeconds} s`]),
    ...(left === '0' ? [] : [`${left} chains are left`]),
    ...(film.status === 'partial' ? [] : [`the film says ${film.status}, and pictures are missing`]),
    ...(await judgeHome(machine)),
  ]
  return { faults, figures: { stopSeconds, ...film } }
}

async function cutInMatch(machine: Machine): Promise<Outcome> {
  const booking = await book(machine, 15, 60)
  await until(machine, 60_000, async () => (await statusOf(machine, booking)) === 'recording')
  await systemClock.sleep(8_000)
  await machine.cutPower()
  const before = await newestTakeMs(machine)
  await systemClock.sleep(1_000)
  await machine.boot()
  await until(machine, 60_000, async () => (await newestTakeMs(machine)) > before)
  const firstPictureMs = await newestTakeMs(machine)
  const started = (await machine.run(['systemctl', 'show', '-P', 'ExecMainStartTimestamp', '--timestamp=us+utc', 'dual_recorder.service']))
    .text
  await until(machine, 180_000, async () => (await statusOf(machine, booking)) === 'uploaded')
  const film = await filmOf(machine, booking)
  const firstPictureSeconds = seconds(firstPictureMs - Date.parse(started.replace(/^\w+ /, '').replace(' UTC', 'Z').replace(' ', 'T')))
  const faults = [
    ...(firstPictureSeconds <= 5 ? [] : [`the first picture came ${firstPictureSeconds} s after the recorder was started`]),
    ...(film.status === 'partial' ? [] : [`the film says ${film.status}, and pictures are missing`]),
    ...(await judgeHome(machine)),
  ]
  return { faults, figures: { firstPictureSeconds, ...film } }
}
