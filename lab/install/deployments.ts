// deployment.sh on the machine of `lab install`: tried, run, run again, tried on cameras, undone.
// Never looks into what it installed beyond what it says and what is left.

import type { Context, Outcome } from '../harness.ts'
import { home, judgeHome, mainProcesses, setCameras, simulatedCameras, slow } from './installed-box.ts'
import type { Machine } from './machine.ts'
import { openNetworkCameras } from './network-cameras.ts'

export const deploy = (machine: Machine, ...words: string[]): ReturnType<Machine['run']> => {
  const more = machine.patience > 1 ? [`EZREC_PATIENCE=${machine.patience}`, `EZREC_TRIAL=${slow.join(' ')}`] : []
  return machine.run(['env', ...more, '/root/ezrec/deployment.sh', ...words], 1_800_000)
}

export async function dryRun(machine: Machine): Promise<Outcome> {
  const before = await machine.run(['find', '/etc', '/opt', '/usr/local', '-newer', '/root/ezrec/package.json'])
  const { code, text } = await deploy(machine, '--dry-run')
  const after = await machine.run(['find', '/etc', '/opt', '/usr/local', '-newer', '/root/ezrec/package.json'])
  const faults = [...(code === 0 ? [] : [`exit ${code}: ${text.slice(-500)}`]), ...(before.text === after.text ? [] : [after.text])]
  return { faults, figures: { said: /\d+ changes would be made/.exec(text)?.[0] } }
}

export async function install(machine: Machine): Promise<Outcome> {
  const { code, text } = await deploy(machine)
  const told = ['claim', 'http://', 'booking add', 'bookings.json'].filter((word) => !text.includes(word))
  const faults = [...(code === 0 ? [] : [`exit ${code}: ${text.slice(-1_500)}`]), ...told.map((word) => `it does not tell: ${word}`)]
  return { faults, figures: { changes: Number(/(\d+) changes/.exec(text)?.[1]) } }
}

export async function installAgain(machine: Machine): Promise<Outcome> {
  const before = await mainProcesses(machine)
  const { code, text } = await deploy(machine)
  const after = await mainProcesses(machine)
  const faults = [
    ...(code === 0 ? [] : [`exit ${code}: ${text.slice(-1_500)}`]),
    ...(text.includes('nothing had to be changed') ? [] : [text.slice(0, 1_500)]),
    ...(JSON.stringify(before) === JSON.stringify(after) ? [] : ['a service was started again']),
  ]
  return { faults, figures: {} }
}

/** Network cameras: such a machine has no others. A release that was tried is not tried again. */
export async function tryRealCameras(machine: Machine, { cacheFolder }: Context): Promise<Outcome> {
  await using rig = await openNetworkCameras(cacheFolder)
  await setCameras(machine, rig.addresses)
  await machine.run(['sh', '-c', 'echo >> /root/ezrec/README.md'])
  const tried = await deploy(machine)
  const again = await deploy(machine)
  const left = await machine.run(['grep', '-c', 'CAMERA_LEFT=rtsp', `${home}/.env`])
  await setCameras(machine, simulatedCameras)
  const words = 'recorded, merged and published 5 s of the real cameras'
  const faults = [
    ...(tried.code === 0 && tried.text.includes(words) ? [] : [`exit ${tried.code}: ${tried.text.slice(-1_500)}`]),
    ...(again.code === 0 && again.text.includes('nothing had to be changed') && !again.text.includes(words)
      ? []
      : [again.text.slice(-1_500)]),
    ...(left.text === '1' ? [] : ['the settings were changed']),
    ...(await judgeHome(machine)),
  ]
  return { faults, figures: { asked: rig.asked() } }
}

export async function uninstall(machine: Machine): Promise<Outcome> {
  const { code, text } = await deploy(machine, '--uninstall')
  const left = (await machine.run(['sh', '-c', `ls /etc/systemd/system ${home}/releases; pgrep -u ezrec -c .`])).text
  const kept = await machine.run(['sh', '-c', `test -s ${home}/.env && find ${home}/store -name '*.mp4' | wc -l`])
  const faults = [
    ...(code === 0 ? [] : [`exit ${code}: ${text.slice(-500)}`]),
    ...(/dual_recorder|video_worker|ezrec-api|system_status|ezrec\.target/.test(left) ? [left] : []),
    ...(Number(kept.text) >= (machine.patience > 1 ? 1 : 4) ? [] : [`films that are left: ${kept.text}`]),
  ]
  return { faults, figures: { films: Number(kept.text) } }
}
