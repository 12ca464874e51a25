// A folder that, first in the PATH, makes a stand-in of v4l2-ctl the one that programs find: it prints the texts that it was given.
// Never changes the PATH of this process.

import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** Puts the stand-in into `folder`; `formats` by device. A device without any prints an empty list, as a node for metadata does. */
export function installV4l2Ctl(folder: string, devices: string, formats: Readonly<Record<string, string>>): void {
  mkdirSync(folder, { recursive: true })
  const cases = Object.entries(formats).map(([device, text], n) => {
    writeFileSync(path.join(folder, `formats-${n}`), text)
    return `  '--device ${device} --list-formats-ext') cat '${path.join(folder, `formats-${n}`)}' ;;`
  })
  writeFileSync(path.join(folder, 'devices'), devices)
  const script = [
    '#!/bin/sh',
    'case "$*" in',
    // The real one ends with 1 when /dev/video0 is not there, whatever it has listed.
    `  --list-devices) cat '${path.join(folder, 'devices')}'; echo 'Cannot open device /dev/video0, exiting.' >&2; exit 1 ;;`,
    ...cases,
    "  *) printf 'ioctl: VIDIOC_ENUM_FMT\\n\\tType: Video Capture\\n\\n' ;;",
    'esac',
    '',
  ]
  writeFileSync(path.join(folder, 'v4l2-ctl'), script.join('\n'), { mode: 0o755 })
}
