// rpicam-vid's stand-in, with its manners: lists cameras in its words, says a line a frame on standard error, heeds SIGINT alone, hangs
// and fails as it does. Its pictures are the simulated match. Never easier to live with than the real one.

import { closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import { Socket } from 'node:net'
import { z } from 'zod'
import { startChild, type Child } from '../../src/base/process.ts'
import { processStartTicks } from '../../src/base/process-look.ts'
import { openSource } from '../../src/capture/drivers/driver.ts'
import { parseCameraListing } from '../../src/capture/drivers/rpicam-listing.ts'
import { readTransport } from '../../src/capture/mpegts/reader.ts'

const mannersSchema = z.object({
  folder: z.string(),
  cacheFolder: z.string(),
  listing: z.string(),
  /** By index; a camera that is not named behaves. */
  cameras: z.record(
    z.string(),
    z.object({
      view: z.enum(['left', 'right']),
      fault: z.enum(['none', 'busy', 'hang', 'die', 'slow', 'deaf']),
      afterSeconds: z.number(),
      /** How many starts show the fault; later ones behave. */
      starts: z.int(),
    }),
  ),
})

export type RpicamManners = z.infer<typeof mannersSchema>

/** Options with a value, and without. Source: raspberrypi/rpicam-apps, core/options.cpp and core/video_options.hpp. */
const valued = new Set(
  (
    'camera timeout width height framerate mode bitrate intra autofocus-mode lens-position flicker-period rotation shutter gain awbgains ' +
    'tuning-file sync codec libav-video-codec libav-video-codec-opts libav-format profile level output save-pts'
  ).split(' '),
)
const flags = new Set(['nopreview', 'inline', 'flush', 'low-latency', 'list-cameras'])

function readOptions(args: readonly string[]): ReadonlyMap<string, string> {
  const options = new Map<string, string>()
  for (let n = 0; n < args.length; n += 1) {
    const name = args[n]?.replace(/^--/, '') ?? ''
    if (flags.has(name)) options.set(name, '')
    else if (valued.has(name)) options.set(name, args[(n += 1)] ?? '')
    else throw new Error(`unrecognised option '${args[n]}'`)
  }
  return options
}

async function run(manners: RpicamManners, args: readonly string[]): Promise<void> {
  const options = readOptions(args)
  const cameras = parseCameraListing(manners.listing)
  if (options.has('list-cameras')) {
    writeFileSync(path.join(manners.folder, 'listed'), `${process.pid}\n`, { flag: 'a' })
    process.stdout.write(cameras.length === 0 ? 'No cameras available!\n' : manners.listing)
    return
  }
  const index = options.get('camera') ?? '0'
  const camera = cameras[Number(index)]
  if (cameras.length === 0) throw new Error('no cameras available')
  if (!camera) throw new Error('selected camera is not available')
  assertOptions(options, camera.modes)
  const manner = manners.cameras[index] ?? { view: 'left' as const, fault: 'none' as const, afterSeconds: 0, starts: 0 }
  const starts = countStart(path.join(manners.folder, `started-${index}`), args)
  const fault = starts <= manner.starts ? manner.fault : 'none'
  if (fault === 'busy') {
    say('[0:36:21.112] [2216] ERROR Camera camera.cpp:1124 Pipeline handler in use by another process')
    throw new Error(`failed to acquire camera ${camera.path}`)
  }
  await inStep(options.get('sync') ?? 'off', path.join(manners.folder, 'sync-server'))
  const fps = Number(options.get('framerate'))
  const command = await openSource(`simulated:${manner.view}`, {
    side: manner.view,
    format: { width: Number(options.get('width')), height: Number(options.get('height')), fps: fault === 'slow' ? fps / 2 : fps },
    cacheFolder: manners.cacheFolder,
  })
  await using source = await startChild(command.program, command.args, { stdout: 'pipe', stopSignals: command.stopSignals })
  if (options.get('codec') === 'libav') await play(source, fault, manner.afterSeconds)
  else await playBare(source, fault, manner.afterSeconds, options.get('save-pts'))
}

function assertOptions(options: ReadonlyMap<string, string>, modes: readonly { width: number; height: number; bitDepth: number }[]): void {
  const [width, height, bits] = (options.get('mode') ?? '').split(':').map(Number)
  if (!modes.some((mode) => mode.width === width && mode.height === height && mode.bitDepth === bits)) throw new Error('Invalid mode')
  if (options.get('output') !== '-' || options.get('timeout') !== '0') throw new Error('this stand-in writes to standard output, for ever')
  if (options.get('codec') === 'libav' && (options.get('libav-format') !== 'mpegts' || options.has('save-pts')))
    throw new Error('libav: Incompatible options selected.')
  if (!/^(0|180)$/.test(options.get('rotation') ?? '0')) throw new Error('transforms requiring transpose not supported')
}

/** Keeps each start's arguments; returns how many there were. */
function countStart(file: string, args: readonly string[]): number {
  writeFileSync(file, `${JSON.stringify(args)}\n`, { flag: 'a' })
  return readFileSync(file, 'utf8').trim().split('\n').length
}

/** A server begins after a while; a client begins when a server that lives has said so, and waits for ever when none does. */
async function inStep(role: string, file: string): Promise<void> {
  if (role === 'off') return
  if (role === 'server') {
    await pause(1_000)
    writeFileSync(file, `${process.pid} ${processStartTicks(process.pid)}`)
  } else while (!isServing(file)) await pause(50)
  say('[0:36:25.112] [2216]  INFO RPiSync sync.cpp:204 *** Sync achieved! Difference 12us')
}

function isServing(file: string): boolean {
  if (!existsSync(file)) return false
  const [pid, ticks] = readFileSync(file, 'utf8').split(' ').map(Number)
  return processStartTicks(pid ?? 0) === ticks
}

type Fault = RpicamManners['cameras'][string]['fault']

/** Hands on what the source gives, counting frames, until the fault or SIGINT. */
async function play(
  source: Child,
  fault: Fault,
  afterSeconds: number,
  take: (piece: Buffer, ticks: number[]) => void = pass,
): Promise<void> {
  const transport = readTransport()
  let frames = 0
  let firstMs = 0
  let over = false
  const ended = Promise.withResolvers<void>()
  const isDeaf = (): boolean => over || fault === 'deaf'
  process.on('SIGTERM', () => undefined)
  process.on('SIGINT', () => {
    if (isDeaf()) return
    say('Received signal 2')
    ended.resolve()
  })
  source.stdout?.on('data', (piece: Buffer) => {
    if (over) return
    const pictures = transport.push(piece)
    firstMs ||= Date.now()
    take(
      piece,
      pictures.map(({ ticks }) => ticks),
    )
    for (const _ of pictures) say(`#${frames++} (25.00 fps) exp 9989.00 ag 1.00 dg 1.00`)
    if (fault === 'none' || fault === 'slow' || fault === 'deaf' || Date.now() - firstMs < afterSeconds * 1_000) return
    over = true
    if (fault === 'hang') void hang()
    else {
      say("terminate called after throwing an instance of 'std::runtime_error'\n  what():  libav: error writing output: Broken pipe")
      process.exitCode = 134
      ended.resolve()
    }
  })
  void source.exited.then(() => !over && ended.resolve())
  output.on('error', () => ended.resolve())
  await ended.promise
}

/** Bare H.264 on standard output and a time in milliseconds for each picture in the file of --save-pts. */
async function playBare(source: Child, fault: Fault, afterSeconds: number, stampFile: string | undefined): Promise<void> {
  const stamps = openSync(stampFile ?? '/dev/null', 'w')
  writeSync(stamps, '# timecode format v2\n')
  await using unpacker = await startChild('ffmpeg', '-v error -f mpegts -i pipe:0 -c copy -f h264 -flush_packets 1 pipe:1'.split(' '), {
    stdin: 'pipe',
    stdout: 'pipe',
  })
  unpacker.stdout?.on('data', (piece: Buffer) => output.write(piece))
  let firstTicks: number | undefined
  await play(source, fault, afterSeconds, (piece, ticks) => {
    unpacker.stdin?.write(piece)
    for (const tick of ticks) writeSync(stamps, `${((tick - (firstTicks ??= tick)) / 90).toFixed(3)}\n`)
  })
  closeSync(stamps)
}

/** Never comes back, and heeds no signal that can be heeded. */
async function hang(): Promise<void> {
  const parent = process.ppid
  for (; process.ppid === parent; await pause(1_000)) {
    say('[0:37:02.000] [2220] ERROR V4L2 v4l2_videodevice.cpp:2095 /dev/video4[16:cap]: Dequeue timer of 1000000.00us has expired!')
    say('[0:37:02.000] [2220] ERROR RPI pipeline_base.cpp:1495 Camera frontend has timed out!')
    say('ERROR: Device timeout detected, attempting a restart!!!')
  }
  process.exit(1)
}

const output = new Socket({ fd: 1, readable: false, writable: true })
const pass = (piece: Buffer): void => void output.write(piece)
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const [mannersFile = '', ...args] = process.argv.slice(2)
try {
  await run(mannersSchema.parse(JSON.parse(readFileSync(mannersFile, 'utf8'))), args)
} catch (error) {
  say(`ERROR: *** ${error instanceof Error ? error.message : String(error)} ***`)
  process.exitCode = 255
}
output.destroy()
