// The processes of one session, by the mark they carry in their environment, each with the part it plays.
// Never names a process of anybody else: the mark is a folder of this experiment alone.

import { readFileSync, readdirSync } from 'node:fs'
import { processStartTicks } from '../../src/base/process-look.ts'

export const parts = ['recorder', 'worker', 'api', 'chain', 'camera', 'decoder', 'encoder'] as const
export type Part = (typeof parts)[number]

export type Member = {
  readonly pid: number
  /** With the id, the identity: ids are used again. */
  readonly startTicks: number
  readonly part: Part | undefined
  readonly side: 'left' | 'right' | undefined
  readonly commandLine: string
}

/** Everything that lives now with `TMPDIR=<mark>`, in order of process ids. */
export function membersOf(mark: string): Member[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(Number)
    .toSorted((a, b) => a - b)
    .flatMap((pid): Member[] => {
      if (!read(`/proc/${pid}/environ`).split('\0').includes(`TMPDIR=${mark}`)) return []
      const commandLine = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()
      const startTicks = processStartTicks(pid)
      return startTicks === undefined ? [] : [{ pid, startTicks, commandLine, ...roleOf(commandLine) }]
    })
}

/** What a command line plays in a session. Pure. */
export function roleOf(commandLine: string): Pick<Member, 'part' | 'side'> {
  const side = /-(left|right)\b/.exec(commandLine)?.[1]
  const camera = side === 'left' || side === 'right' ? side : undefined
  if (commandLine.includes('camera-chain.ts /'))
    // one that waits for its order plays no part yet
    return { part: 'chain', side: camera }
  if (commandLine.includes('loop-camera/main.ts')) return { part: 'camera', side: camera }
  const service = / (recorder|worker|api) --under-parent/.exec(commandLine)?.[1]
  if (service === 'recorder' || service === 'worker' || service === 'api') return { part: service, side: undefined }
  if (commandLine.startsWith('ffmpeg') && commandLine.includes('libx264')) return { part: 'encoder', side: undefined }
  if (commandLine.startsWith('ffmpeg') && commandLine.includes('-f mpegts -i pipe:0')) return { part: 'decoder', side: undefined }
  return { part: undefined, side: undefined }
}

/** Empty when the process has ended or belongs to somebody else. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}
