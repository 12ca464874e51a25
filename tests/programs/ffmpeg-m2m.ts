// ffmpeg as it is on a Raspberry Pi 4: h264_v4l2m2m goes through a device, whatever else is asked is the real program's.
// Never a device: x264 makes the pictures, with the device's manners; everything but that encoder is handed on untouched.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { startChild } from '../../src/base/process.ts'

const mannersSchema = z.object({
  /** Where each start of the device is counted. */
  startsFile: z.string(),
  /** `absent`: it cannot be opened. `breaks`: after its first film's first second, for good. `hangs`: after that it takes no more pictures.
   *  `ownGroups`: it sets key frames as it likes. */
  fault: z.enum(['well', 'absent', 'breaks', 'hangs', 'ownGroups']),
})

export type M2mManners = z.infer<typeof mannersSchema>

const manners = mannersSchema.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')))
const given = process.argv.slice(3)
const isDevice = given.includes('h264_v4l2m2m')
if (isDevice && manners.fault === 'breaks' && existsSync(manners.startsFile)) manners.fault = 'absent'
if (isDevice) writeFileSync(manners.startsFile, 'started\n', { flag: 'a' })
const args = isDevice ? asX264(given) : given

if (isDevice && manners.fault === 'absent') {
  process.stderr.write("[h264_v4l2m2m @ 0x0] Could not find a valid device\n[h264_v4l2m2m @ 0x0] can't configure encoder\n")
  process.exitCode = 1
} else {
  const child = await startChild('ffmpeg', args, { stdin: 'pipe', stdout: 'inherit', stderr: 'inherit' })
  void child.exited.then(({ code }) => process.exit(code ?? 1)) // as what it wraps, though nobody has ended its input
  let taken = 0
  process.stdin.on('data', (bytes: Buffer) => {
    taken += bytes.length
    if (isDevice && manners.fault === 'breaks' && taken > enoughBytes) child.kill('SIGKILL')
    if (isDevice && manners.fault === 'hangs' && taken > enoughBytes) process.stdin.pause()
    else if (child.stdin?.write(bytes) === false) {
      process.stdin.pause()
      child.stdin.once('drain', () => process.stdin.resume())
    }
  })
  process.stdin.on('end', () => child.stdin?.end())
}

/** Headers in the stream and nowhere else, a mean rate, no tags of colour: as the device gives it. Like it, no picture over 1920 a side. */
function asX264(asked: readonly string[]): string[] {
  const size = asked[asked.indexOf('-video_size') + 1] ?? ''
  if (size.split('x').some((side) => Number(side) > 1_920)) manners.fault = 'absent'
  return asked.map((argument, n) => {
    if (argument === 'h264_v4l2m2m') return 'libx264'
    if (asked[n - 1] === '-profile:v') return 'high'
    if (asked[n - 1] === '-f' && argument === 'h264') return 'h264'
    if (manners.fault === 'ownGroups' && asked[n - 1] === '-g') return '7'
    if (manners.fault === 'ownGroups' && asked[n - 1] === '-force_key_frames') return 'expr:eq(mod(n,7),0)'
    return argument
  })
}

/** 45 pictures of the small film of the tests: its first chunk is out by then. */
const enoughBytes = 45 * ((160 * 90 * 3) / 2)
