// The program of a network camera: `node main.ts FILE [sound]` reads the address from a file that only its owner may read, and lets ffmpeg copy
// the stream to standard output. Never lets the address or its password into an argument list, an environment or a line.

import { readFile } from 'node:fs/promises'
import { messageOf } from '../../../base/errors.ts'
import { startChild, type Child } from '../../../base/process.ts'
import { childStopStepMs, liveWith } from '../child-life.ts'
import { foreignCodec, rtspArguments, rtspScript, rtspSoundArguments, withoutAddress } from '../rtsp.ts'

try {
  await runRtspCamera((await readFile(process.argv[2] ?? '', 'utf8')).trim(), process.argv[3] === 'sound' ? 'audio' : 'video')
} catch (error) {
  process.stderr.write(`rtsp camera: ${messageOf(error)}\n`)
  process.exitCode = 1
}

async function runRtspCamera(address: string, media: 'video' | 'audio'): Promise<void> {
  let camera: Child | undefined
  let foreign: string | undefined
  const onStderrLine = (line: string): void => {
    foreign ??= foreignCodec(line)
    if (foreign !== undefined) void camera?.stop()
    else if (!isChatter(line)) process.stderr.write(`${withoutAddress(line, address)}\n`)
  }
  camera = await startChild('ffmpeg', media === 'audio' ? rtspSoundArguments : rtspArguments, {
    stdin: 'pipe',
    stdout: 'inherit',
    stopSignals: ['SIGINT', 'SIGTERM', 'SIGKILL'],
    stopStepMs: childStopStepMs,
    onStderrLine,
  })
  await using child = camera
  child.stdin?.end(rtspScript(address, media))
  await liveWith(child)
  if (foreign === undefined) return
  process.stderr.write(`rtsp camera: ${foreign} is no H.264 stream\n`)
  process.exitCode = 1
}

/** What ffmpeg tells of streams that are as they should be: it would push the cause out of the last words. */
function isChatter(line: string): boolean {
  return /^(Input|Output|Stream mapping|Press|Exiting normally|frame=|size=|video:| {2,}(Stream|Metadata|Duration|encoder|title))/.test(
    line,
  )
}
