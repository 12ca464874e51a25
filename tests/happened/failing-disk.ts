// Disks that fail as real ones do (small, frozen, read-only, slow, broken), and the real capture chain of a simulated camera on them.
// Never fakes an error in our own code: mounts and strace give the real ones. Tests that use it are skipped where machine.ts says that it cannot be.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { newId } from '../../src/base/ids.ts'
import { silentLogger } from '../../src/base/logger.ts'
import { runChild, startChild, type Child } from '../../src/base/process.ts'
import type { TakeOrder } from '../../src/capture/camera-chain.ts'
import { keepCamera, type CameraProcessOptions } from '../../src/capture/camera-process.ts'
import { openSource, type CameraCommand } from '../../src/capture/drivers/driver.ts'
import { readTransport } from '../../src/capture/mpegts/reader.ts'
import { readCounter } from '../../src/capture/pitch/counter.ts'
import { openSegmentLog } from '../../src/capture/segment-log.ts'
import { segmentFile } from '../../src/capture/segment-writer.ts'
import type { Take } from '../../src/capture/take.ts'
import { pause, rigEnvironment } from '../real-session.ts'

export type Disk = AsyncDisposable & {
  readonly path: string
  remount(options: string): Promise<void>
  /** Every write waits until `thaw`. */
  freeze(): Promise<void>
  thaw(): Promise<void>
  /** As after the power came back. */
  mountAnew(): Promise<void>
}

/** A file system in memory of so many KiB and files. */
export const memoryDisk = (kib: number, files = 1_000): Promise<Disk> =>
  mounted((at) => run('mount', ['-t', 'tmpfs', '-o', `size=${kib}k,nr_inodes=${files}`, 'tmpfs', at]))

/** ext4 in a file, as on a card. */
export const cardDisk = (mib: number, ...mkfs: readonly string[]): Promise<Disk> =>
  mounted(async (at, folder) => {
    const image = path.join(folder, 'card.img')
    if (!existsSync(image)) {
      await run('truncate', ['-s', `${mib}M`, image])
      await run('mkfs.ext4', ['-q', '-F', ...mkfs, image])
    }
    await run('mount', ['-o', 'loop', image, at])
  })

async function mounted(mount: (at: string, folder: string) => Promise<void>): Promise<Disk> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ezrec-disk-'))
  const at = path.join(folder, 'disk')
  await mkdir(at)
  await mount(at, folder)
  let frozen = false
  const thaw = async (): Promise<void> => {
    if (frozen) await run('fsfreeze', ['-u', at])
    frozen = false
  }
  return {
    path: at,
    remount: (options) => run('mount', ['-o', `remount,${options}`, at]),
    freeze: async () => {
      await run('fsfreeze', ['-f', at])
      frozen = true
    },
    thaw,
    mountAnew: async () => {
      await run('umount', [at])
      await mount(at, folder)
    },
    [Symbol.asyncDispose]: async () => {
      await thaw()
      await run('umount', ['--lazy', at]) // a test that failed may hold a file open: the mount goes all the same
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await runChild(program, args, { timeoutMs: 60_000 })
  assert.equal(code, 0, `${program} ${args.join(' ')}: ${stderr}`)
}

/** The simulated camera at 640x360 and 25 pictures a second; one that finds nobody to read its pictures drops them. */
export const camera = (): Promise<CameraCommand> =>
  openSource('simulated:left', {
    side: 'left',
    format: { width: 640, height: 360, fps: 25 },
    cacheFolder: rigEnvironment.CACHE_DIR,
  })

export type RunningChain = AsyncDisposable & {
  readonly child: Child
  readonly folder: string
  /** Asks it to end, as the recorder does. */
  stop(): Promise<void>
}

export type ChainOptions = Partial<Pick<TakeOrder, 'maxQueuedBytes' | 'segmentMs'>> & {
  /** strace's own arguments; `-P FOLDER/000001.ts` selects a file. */
  readonly strace?: (folder: string) => readonly string[]
}

const chainProgram = path.join(import.meta.dirname, '..', '..', 'src', 'capture', 'camera-chain.ts')

/** One chain with its camera, without a recorder that starts it again. */
export async function startChain(takesFolder: string, { strace, segmentMs = 2_000, ...options }: ChainOptions = {}): Promise<RunningChain> {
  const takeId = newId()
  const folder = path.join(takesFolder, new Date().toISOString().slice(0, 10), `${takeId}-left`)
  await mkdir(folder, { recursive: true })
  const command = await camera()
  const order: TakeOrder = {
    takeId,
    rigId: 'rig',
    camera: 'left',
    folder,
    segmentMs,
    stallMs: 5_000,
    startMs: 10_000,
    command: { program: command.program, args: [...command.args], stopSignals: ['SIGINT', 'SIGTERM', 'SIGKILL'] },
    ...options,
  }
  const chain = [chainProgram, folder]
  const child =
    strace === undefined
      ? await startChild(process.execPath, chain, { stdin: 'pipe' })
      : await startChild('strace', ['-f', '-qq', ...strace(folder), process.execPath, ...chain], { stdin: 'pipe' })
  child.stdin?.write(`${JSON.stringify(order)}\n`)
  return {
    child,
    folder,
    stop: async () => {
      child.stdin?.end()
      await child.exited
    },
    [Symbol.asyncDispose]: async () => void (await child.stop()),
  }
}

export type RunningCamera = AsyncDisposable & { stop(): Promise<void> }

/** The camera as the recorder keeps it: take after take. */
export async function startCamera(takesFolder: string, more: Pick<CameraProcessOptions, 'beforeTake'> = {}): Promise<RunningCamera> {
  const over = new AbortController()
  const done = keepCamera(
    {
      camera: 'left',
      rigId: 'rig',
      takesFolder,
      command: await camera(),
      ...more,
      segmentMs: 2_000,
      stallMs: 5_000,
      startMs: 10_000,
      clock: systemClock,
      dateMs: () => Date.now(),
      log: silentLogger(),
    },
    over.signal,
  )
  const stop = async (): Promise<void> => {
    over.abort()
    await done
  }
  return { stop, [Symbol.asyncDispose]: stop }
}

/** The takes on a disk, by the time they began. */
export async function takesOn(takesFolder: string): Promise<readonly Take[]> {
  const log = openSegmentLog({ takesFolder, rigId: 'rig', sinceMs: 86_400_000, keepUntrusted: true })
  await log.refresh()
  return log.takes
}

/** Until the takes on a disk are as wanted. */
export async function untilTakes(takesFolder: string, wanted: (takes: readonly Take[]) => boolean): Promise<readonly Take[]> {
  for (let waited = 0; waited < 300; waited += 1) {
    const takes = await takesOn(takesFolder)
    if (wanted(takes)) return takes
    await pause(100)
  }
  return assert.fail(`after 30 s the takes are not as wanted: ${JSON.stringify(await takesOn(takesFolder), undefined, 1).slice(0, 5_000)}`)
}

export const seconds = (take: Take | undefined): number => (take?.segments ?? []).reduce((sum, { frames }) => sum + frames, 0) / 25

/** What a take's closed segments hold: its pictures' time stamps, and how many decode to the one that follows by the burnt-in counter. Every
 *  file must be as its `closed` line says. */
export async function lookInto(take: Take): Promise<{ pictures: number; lost: number; jumps: readonly string[] }> {
  const stamps: number[] = []
  const whole: Buffer[] = []
  for (const segment of take.segments) {
    const bytes = await readFile(path.join(take.folder, segmentFile(segment.number)))
    assert.equal(bytes.length, segment.bytes, `segment ${segment.number} is as long as it is said to be`)
    const pictures = readTransport(segment.firstTicks).push(bytes)
    assert.equal(pictures.length, segment.frames, `segment ${segment.number} has the pictures that it is said to have`)
    stamps.push(...pictures.map(({ ticks }) => ticks))
    whole.push(bytes)
  }
  const first = stamps[0] ?? 0
  const span = Math.round(((stamps.at(-1) ?? 0) - first) / 3_600) + (stamps.length > 0 ? 1 : 0)
  return { pictures: stamps.length, lost: span - stamps.length, jumps: await counterJumps(Buffer.concat(whole)) }
}

/** Where the counter of a decoded picture is not the one after that before it. */
async function counterJumps(stream: Buffer): Promise<string[]> {
  if (stream.length === 0) return []
  const args = ['-v', 'error', '-f', 'mpegts', '-i', 'pipe:0', '-vf', 'crop=iw:32:0:0,format=gray', '-fps_mode', 'passthrough']
  const strip = await runChild('ffmpeg', [...args, '-f', 'rawvideo', 'pipe:1'], { input: stream, maxOutputBytes: 2 ** 29 })
  const bytes = 640 * 32
  const counters = Array.from({ length: strip.stdout.length / bytes }, (_, n) =>
    readCounter(strip.stdout.subarray(n * bytes, (n + 1) * bytes), 640, 'left'),
  )
  assert.ok(counters.length > 0, 'some picture decodes')
  return counters.flatMap((counter, n) => {
    const before = counters[n - 1]
    return n === 0 || (before !== undefined && counter === (before + 1) % 500) ? [] : [`${before} -> ${counter} at picture ${n}`]
  })
}
