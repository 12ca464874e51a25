// The result of a recording for people: what was made, where it lies, and the link, also as a QR code.
// Never for programs: they get the JSON document.

import { renderUnicodeCompact } from 'uqr'
import type { CliContext } from '../cli.ts'
import { mebibytes } from './draw.ts'
import type { SessionResult } from './result.ts'

/** `served`: whether the link can be opened after this, or only while the services run again. */
export function sayResult({ print }: CliContext, result: SessionResult, { served }: { readonly served: boolean }): void {
  const { video, gaps } = result
  const shape = `${video.frames} frames, ${video.durationSeconds} s, ${video.width}x${video.height} at ${video.fps} fps, ${mebibytes(video.bytes ?? 0)}`
  print('')
  print(`  ${result.status === 'complete' ? 'complete' : 'PARTIAL'}: ${shape}`)
  print(`  published ${result.publishSeconds} s after the end`)
  for (const gap of gaps)
    print(`  gap: ${gap.camera === 'sound' ? 'sound' : `${gap.camera} camera`}, ${gap.seconds} s from ${gap.fromSeconds} s (${gap.cause})`)
  print(`  file: ${video.path}`)
  if (result.shareUrl === null) return
  const onlyHere = /^https?:\/\/(localhost|127\.|\[::1\])/.test(result.shareUrl)
  print(
    `  link: ${result.shareUrl} (${onlyHere ? 'this machine only' : 'venue network only'}${served ? '' : ', while EZREC runs on this home: ./ezrec up'})`,
  )
  if (!served) return
  print('')
  print(renderUnicodeCompact(result.shareUrl).replaceAll(/^/gm, '  '))
}
