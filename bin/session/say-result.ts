// The result of a recording for people: what was made, where it lies, and the link, also as a QR code.
// Never for programs: they get the JSON document.

import { renderUnicodeCompact } from 'uqr'
import type { CliContext } from '../cli.ts'
import { mebibytes } from './draw.ts'
import type { SessionResult } from './result.ts'

/** `reopenWith`: what to type for the link to open after this, when nobody serves it then. */
export function sayResult({ print }: Pick<CliContext, 'print'>, result: SessionResult, reopenWith: string | undefined): void {
  const { video, gaps, pictureFaults } = result
  const shape = `${video.frames} frames, ${video.durationSeconds} s, ${video.width}x${video.height} at ${video.fps} fps, ${mebibytes(video.bytes ?? 0)}`
  print('')
  print(`  ${result.status === 'complete' ? 'complete' : 'PARTIAL'}: ${shape}`)
  print(`  published ${result.publishSeconds} s after the end`)
  for (const gap of gaps)
    print(`  gap: ${gap.camera === 'sound' ? 'sound' : `${gap.camera} camera`}, ${gap.seconds} s from ${gap.fromSeconds} s (${gap.cause})`)
  for (const { camera, fault, seconds, fromSeconds } of pictureFaults)
    print(`  suspicion: the ${camera} camera's picture was ${fault} for ${seconds} s from ${fromSeconds} s`)
  print(`  file: ${video.path}`)
  if (result.shareUrl === null) return
  const onlyHere = /^https?:\/\/(localhost|127\.|\[::1\])/.test(result.shareUrl)
  print(`  link: ${result.shareUrl} (${onlyHere ? 'this machine only: no QR code, a phone could not open it' : 'venue network only'})`)
  if (reopenWith !== undefined) print(`  it opens while this runs: ${reopenWith}`)
  if (onlyHere || reopenWith !== undefined) return
  print('')
  print(renderUnicodeCompact(result.shareUrl).replaceAll(/^/gm, '  '))
}
