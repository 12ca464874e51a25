// A program that is ffmpeg with the encoder of a Raspberry Pi 4, and how often that encoder was opened.
// Never changes the PATH of this process.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { M2mManners } from './ffmpeg-m2m.ts'

export type FakeM2m = {
  /** The PATH to give to a child that is to find it as ffmpeg. */
  readonly program: string
  starts(): number
}

export function installM2m(folder: string, fault: M2mManners['fault']): FakeM2m {
  mkdirSync(folder, { recursive: true })
  const [file, startsFile, program] = ['manners.json', 'starts', 'ffmpeg'].map((name) => path.join(folder, name))
  if (file === undefined || startsFile === undefined || program === undefined) throw new Error('no folder')
  writeFileSync(file, JSON.stringify({ startsFile, fault } satisfies M2mManners))
  const fake = path.join(import.meta.dirname, 'ffmpeg-m2m.ts')
  const script = `#!/bin/sh\nexec '${process.execPath}' --disable-warning=ExperimentalWarning '${fake}' '${file}' "$@"\n`
  writeFileSync(program, script, { mode: 0o755 })
  return {
    program,
    starts: () => {
      try {
        return readFileSync(startsFile, 'utf8').trim().split('\n').length
      } catch {
        return 0 // it was never opened
      }
    },
  }
}
