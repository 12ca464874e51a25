// What the guest boots: Debian's own kernel, the few of its modules that are needed, and busybox, taken out of their packages and kept in the cache.
// Installs nothing on this machine.

import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { EzrecError } from '../../src/base/errors.ts'
import { makeFolder, readIfPresent } from '../../src/base/files.ts'
import { runChild } from '../../src/base/process.ts'
import { dependsOf, loadOrder, plainName } from './kernel-modules.ts'

export type GuestSystem = {
  readonly kernel: string
  readonly busybox: string
  /** Files `<name>.ko`, not compressed. */
  readonly modulesFolder: string
  /** Names, each after those it stands on; the cameras' own is the last. */
  readonly order: readonly string[]
}

/** The host's files by 9p over virtio, and the cameras. */
const wanted = ['virtio_pci', '9pnet_virtio', '9p', 'vivid'] as const

/** From the cache, or made there: 70 MB are downloaded once. Errors: `upstream_unavailable`, `invalid`, `program_missing`. */
export async function openGuestSystem(cacheFolder: string, say: (line: string) => void, signal: AbortSignal): Promise<GuestSystem> {
  const folder = path.join(cacheFolder, 'lab', 'guest')
  const system = (order: readonly string[]): GuestSystem => ({
    kernel: path.join(folder, 'kernel'),
    busybox: path.join(folder, 'busybox'),
    modulesFolder: path.join(folder, 'modules'),
    order,
  })
  const kept = await readIfPresent(path.join(folder, 'order'))
  if (kept !== undefined) return system(namesIn(kept))
  say('the guest needs a kernel: downloading one (70 MB, once)')
  await makeFolder(path.dirname(folder))
  const made = await mkdtemp(`${folder}-`)
  try {
    const order = await makeSystem(made, signal)
    await rm(folder, { recursive: true, force: true })
    await rename(made, folder)
    return system(order)
  } finally {
    await rm(made, { recursive: true, force: true })
  }
}

const namesIn = (text: string): string[] => text.split('\n').filter((name) => name !== '')

async function makeSystem(folder: string, signal: AbortSignal): Promise<string[]> {
  const packages = path.join(folder, 'packages')
  await mkdir(packages)
  const run = (program: string, ...args: readonly string[]): Promise<string> => ran(program, args, { cwd: packages, signal })
  const kernelPackage = /linux-image-\d\S*/.exec(await run('apt-cache', 'depends', '--important', 'linux-image-amd64'))?.[0]
  if (kernelPackage === undefined) throw noPackages('apt names no kernel of Debian')
  await run('apt-get', '-q', 'download', kernelPackage, 'busybox-static')
  for (const file of await readdir(packages)) await run('dpkg-deb', '-x', file, '.')
  const found = await readdir(packages, { recursive: true })
  const only = (pattern: RegExp): string => {
    const name = found.find((each) => pattern.test(each))
    if (name === undefined) throw noPackages(`there is no ${pattern.source} in the packages`)
    return path.join(packages, name)
  }
  await copyFile(only(/^boot\/vmlinuz-/), path.join(folder, 'kernel'))
  await copyFile(only(/bin\/busybox$/), path.join(folder, 'busybox'))
  await chmod(path.join(folder, 'busybox'), 0o755)
  const order = await takeModules(
    {
      files: found.filter((name) => /\.ko(\.xz)?$/.test(name)).map((name) => path.join(packages, name)),
      builtIn: await readFile(only(/modules\.builtin$/), 'utf8'),
    },
    path.join(folder, 'modules'),
    signal,
  )
  await rm(packages, { recursive: true })
  await writeFile(path.join(folder, 'order'), order.join('\n'))
  return order
}

async function takeModules(
  { files, builtIn }: { readonly files: readonly string[]; readonly builtIn: string },
  into: string,
  signal: AbortSignal,
): Promise<string[]> {
  await mkdir(into)
  const fileOf = new Map(files.map((file) => [plainName(file), file]))
  const depends = new Map<string, readonly string[]>()
  const visit = async (name: string): Promise<void> => {
    const file = fileOf.get(name)
    if (file === undefined || depends.has(name)) return
    const target = path.join(into, `${name}.ko`)
    if (file.endsWith('.xz')) await ran('sh', ['-c', 'exec xz -dc "$1" >"$2"', 'sh', file, target], { signal })
    else await copyFile(file, target)
    depends.set(name, dependsOf(await readFile(target)))
    for (const each of depends.get(name) ?? []) await visit(each)
  }
  for (const name of wanted) await visit(plainName(name))
  return loadOrder(wanted, { builtIn: new Set(namesIn(builtIn).map(plainName)), depends: (name) => depends.get(name) })
}

async function ran(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly signal: AbortSignal },
): Promise<string> {
  const { code, stdout, stderr } = await runChild(program, args, { ...options, timeoutMs: 600_000 })
  if (code !== 0) throw noPackages(`${program} ${args.join(' ')}: ${stderr.trim().slice(-500)}`)
  return stdout.toString('utf8')
}

const noPackages = (message: string): EzrecError =>
  new EzrecError('upstream_unavailable', message, {
    hint: 'the guest takes its kernel from the packages linux-image-amd64 and busybox-static of Debian: see that `sudo apt-get update` works, then try again',
  })
