// Two test cameras of the guest's kernel (vivid) as devices at plugs: named by place as udev would name them, and what can be done to them.
// Runs in the guest as root; never anywhere else.

import { open, readdir, readFile, rm, symlink } from 'node:fs/promises'
import path from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { runChild } from '../../src/base/process.ts'
import type { Camera } from '../../src/capture/take.ts'
import type { AccidentKind } from './accidents.ts'

/** Where the guest's first program has put busybox and the modules. */
const labFolder = '/run/lab'
const byPath = '/dev/v4l/by-path'

/** By its instance in the driver, whatever number its node has. */
export const placeOf = (camera: Camera): string => path.join(byPath, `platform-vivid-00${camera === 'left' ? 0 : 1}-video-index0`)

/** The nodes as they are now; each gets its name by place. */
export async function namePlaces(): Promise<Record<Camera, string>> {
  const nodes = await nodesByInstance()
  for (const camera of ['left', 'right'] as const) await relink(placeOf(camera), nodes[camera])
  return nodes
}

/** Puts both cameras in again, with these numbers for their nodes. */
export async function loadCameras(numbers: Readonly<Record<Camera, number>>): Promise<void> {
  const loaded = (await readFile('/proc/modules', 'utf8')).includes('vivid ')
  if (loaded) await busybox('rmmod', 'vivid')
  for (const node of ['/dev/video0', '/dev/video1']) await rm(node, { force: true }) // the kernel leaves those that it did not make itself
  const options = ['n_devs=2', 'node_types=0x1,0x1', 'num_inputs=1,1', 'input_types=0,0', `vid_cap_nr=${numbers.left},${numbers.right}`]
  await busybox('insmod', `${labFolder}/modules/vivid.ko`, ...options)
  await systemClock.sleep(200)
}

/** Left shows white, right black, without the text that covers most of so small a picture: who is who can be seen. */
export async function dye(nodes: Readonly<Record<Camera, string>>): Promise<void> {
  await control(nodes.left, `test_pattern=${white},osd_text_mode=${noText}`)
  await control(nodes.right, `test_pattern=${black},osd_text_mode=${noText}`)
}

/** Source: Linux, drivers/media/common/v4l2-tpg/v4l2-tpg-core.c, `tpg_pattern_strings`. */
const [black, white] = [5, 6]
const noText = 2

/** A sensor takes its pictures however busy the processor is; the threads that play them must come before everything else, too, or they leave
 *  some out. They are born whenever a device begins to stream. */
export async function favourSensors(): Promise<void> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '') // it has ended meanwhile
    if (name.startsWith('vivid-')) await run('chrt', '--fifo', '--pid', '50', pid)
  }
}

export type Injury = {
  /** Until this the camera is gone or mute. */
  heal(): Promise<void>
}

/** Does it to one camera. A fault that is over at once has nothing to heal. */
export async function injure(kind: AccidentKind, camera: Camera, node: string): Promise<Injury> {
  switch (kind) {
    case 'unplug':
      return unplug(camera, node)
    case 'io-error':
      await control(node, 'inject_fatal_streaming_error=1')
      return { heal: () => Promise.resolve() }
    case 'hang':
      await control(node, 'percentage_of_dropped_buffers=100')
      return { heal: () => control(node, 'percentage_of_dropped_buffers=0') }
    default:
      return kind satisfies never
  }
}

/** The driver answers ENODEV from now on, the node and its name go as udev takes them away. It comes back when its last user has closed it:
 *  that is us. */
async function unplug(camera: Camera, node: string): Promise<Injury> {
  const held = await open(node, 'r')
  await control(node, 'disconnect=1')
  const device = (await readFile(`/sys/class/video4linux/${path.basename(node)}/dev`, 'utf8')).trim().split(':')
  await rm(placeOf(camera))
  await rm(node)
  return {
    heal: async () => {
      await held.close()
      await busybox('mknod', node, 'c', ...device)
      await relink(placeOf(camera), node)
    },
  }
}

async function nodesByInstance(): Promise<Record<Camera, string>> {
  const found: Partial<Record<string, string>> = {}
  for (const name of await readdir('/sys/class/video4linux'))
    found[(await readFile(`/sys/class/video4linux/${name}/name`, 'utf8')).trim()] = `/dev/${name}`
  const [left, right] = [found['vivid-000-vid-cap'], found['vivid-001-vid-cap']]
  if (left && right) return { left, right }
  throw new EzrecError('camera_missing', 'the guest has no two test cameras', { hint: 'look into the kernel log that was kept' })
}

async function relink(link: string, node: string): Promise<void> {
  await rm(link, { force: true })
  await symlink(path.relative(path.dirname(link), node), link)
}

const control = (node: string, setting: string): Promise<void> => run('v4l2-ctl', '--device', node, '--set-ctrl', setting)

const busybox = (...args: readonly string[]): Promise<void> => run(`${labFolder}/bin/busybox`, ...args)

async function run(program: string, ...args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runChild(program, args, { timeoutMs: 60_000 })
  if (code === 0) return
  throw new EzrecError('internal', `${path.basename(program)} ${args.join(' ')}: ${stderr}${stdout.toString('utf8')}`.slice(0, 500), {
    hint: 'look into the kernel log that was kept',
  })
}
