// What a life asks of the kernel, call by call: from these the points are chosen at which it is killed.
// Pure: lines of a tracer in, counted calls out.

/** Whoever makes the call: the thread that runs the program, the one that does its disk work, or a program that it started. */
export const actors = ['main', 'disk', 'decoder', 'encoder', 'verifier', 'poster'] as const
export type Actor = (typeof actors)[number]

/** The `n`-th call (from 1) of this name by this actor; `part` is what it was about. */
export type Call = { readonly actor: Actor; readonly call: string; readonly n: number; readonly part: string }

/** Calls that change something, or start a process. */
export const changingCalls = [
  ...['write', 'pwrite64', 'writev', 'pwritev', 'fsync', 'fdatasync', 'ftruncate'],
  ...['rename', 'renameat', 'renameat2', 'link', 'linkat', 'unlink', 'unlinkat', 'mkdir', 'mkdirat', 'rmdir'],
  ...['clone', 'clone3', 'vfork', 'fork'],
] as const

/** The calls of one traced thread, in order. Those that are about nothing in the home are counted and left out. */
export function readTrace(actor: Actor, trace: string, home: string): Call[] {
  const counts = new Map<string, number>()
  return trace.split('\n').flatMap((line) => {
    const [, call, rest = ''] = /^(?:\d+ +)?([a-z_0-9]+)\((.*)$/.exec(line) ?? []
    if (call === undefined) return []
    const n = (counts.get(call) ?? 0) + 1
    counts.set(call, n)
    const part = partOf(actor, call, rest, home)
    return part === undefined ? [] : [{ actor, call, n, part }]
  })
}

function partOf(actor: Actor, call: string, rest: string, home: string): string | undefined {
  if (actor !== 'main' && actor !== 'disk') return 'its output'
  if (/^(clone|vfork|fork)/.test(call)) return rest.includes('CLONE_THREAD') ? undefined : 'a process is started'
  const file = /^\d+<(.*?)>/.exec(rest)?.[1] ?? /"([^"]*)"/.exec(rest)?.[1]
  return file === undefined ? undefined : partOfFile(file, home)
}

const parts: readonly (readonly [RegExp, string])[] = [
  [/\/ezrec\.sqlite/, 'database'],
  [/\.lock(\.holder|-journal)?$/, 'instance lock'],
  [/\/capture-plan\.json/, 'plan'],
  [/\/journal\.ndjson$/, 'journal'],
  [/\/takes\/.*\.ts$/, 'segment'],
  [/\/takes(\/|$)/, 'folder of takes'],
  [/\/chunks\/init\.mp4/, 'init segment'],
  [/\/chunks\/\d+\.m4s/, 'chunk'],
  [/\/recordings\/.*\/recording\.json/, 'manifest'],
  [/\/recordings\/.*\/recording\.\w+/, 'marker'],
  [/\/store\/.*\/(preview|thumbnails|rendition)[^/]*$/, 'companion'],
  [/\.jpg/, 'poster'],
  [/\/store\/.*\.mp4/, 'film'],
  [/\/store(\/|$)/, 'folder of films'],
  [/\/recordings(\/|$)/, 'folder of a recording'],
  [/\/logs\//, 'log'],
]

/** `undefined` for what is nothing of the box: event counters, pipes of the runtime, what Node keeps for itself. */
export function partOfFile(file: string, home: string): string | undefined {
  if (file.startsWith('UNIX-STREAM')) return 'pictures to a program'
  if (file === home) return 'home'
  return file.startsWith(`${home}/`) ? (parts.find(([pattern]) => pattern.test(file))?.[1] ?? 'home') : undefined
}
