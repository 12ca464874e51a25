// What this process has handed to the kernel for its TCP connections and nobody at the other end has acknowledged: megabytes, on a narrow uplink.
// Never says more than the kernel does: where it does not tell, nothing waits.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Bytes, of all connections together: proc(5), /proc/net/tcp. */
export function queuedToSend(): number {
  try {
    const ours = new Set(readdirSync('/proc/self/fd').flatMap((fd) => inodeOf(`/proc/self/fd/${fd}`)))
    return ['tcp', 'tcp6']
      .flatMap((name) => rowsOf(`/proc/self/net/${name}`))
      .reduce((sum, row) => sum + (ours.has(row.inode) ? row.queued : 0), 0)
  } catch {
    return 0 // no such files: another system, or one that hides them
  }
}

function inodeOf(link: string): string[] {
  try {
    const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(link)) ?? []
    return inode === undefined ? [] : [inode]
  } catch {
    return [] // closed in between
  }
}

const rowsOf = (file: string): { readonly inode: string; readonly queued: number }[] =>
  readFileSync(file, 'latin1')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .map((words) => ({ inode: words[9] ?? '', queued: Number.parseInt(words[4]?.split(':')[0] ?? '0', 16) || 0 }))
