// Which process listens on a TCP port of this machine, from /proc: for the message when a port is taken.
// Never fails: what may not be looked at is unknown.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { scrubText } from '../base/logger.ts'

export type PortHolder = { readonly pid: number; readonly command: string }

/** `undefined` when nobody listens there, or when it is another user's process. */
export function portHolder(port: number): PortHolder | undefined {
  const inodes = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningInodes(readOrEmpty(table), port)))
  if (inodes.size === 0) return undefined
  for (const pid of namesIn('/proc').filter((name) => /^\d+$/.test(name)))
    for (const descriptor of namesIn(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${descriptor}`))?.[1]
      if (inode !== undefined && inodes.has(inode)) return { pid: Number(pid), command: commandOf(pid) }
    }
  return undefined
}

/** Sockets in state LISTEN (0A) on a port, from a table as proc(5) describes it. */
export function listeningInodes(table: string, port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(`:${wanted}`) === true && fields[3] === '0A')
    .flatMap((fields) => fields[9] ?? [])
}

const commandOf = (pid: string): string =>
  scrubText(readOrEmpty(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()).slice(0, 120) || 'unknown'

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // gone by now, or not ours to read
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return [] // gone by now, or not ours to read
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file)
  } catch {
    return '' // closed by now
  }
}
