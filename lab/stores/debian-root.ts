// A Debian 13 in a folder, with newer stores in it than the Debian of this machine has: made once, kept for the next run.
// Never starts a service of it by itself. Wants root and debootstrap.

import { cp, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { EzrecError } from '../../src/base/errors.ts'
import { readIfPresent } from '../../src/base/files.ts'
import { runChild } from '../../src/base/process.ts'
import { makeBase } from '../install/machine.ts'

const packages = ['python3-swift', 'ceph-mon', 'ceph-osd', 'radosgw', 'ceph-common']

/** Where it is kept. */
export const storesFolder = (cacheFolder: string): string => path.join(cacheFolder, 'lab', 'debian')

/** Errors: program_missing, upstream_unavailable. */
export async function makeStoresRoot(folder: string, say: (line: string) => void, signal: AbortSignal): Promise<string> {
  const root = path.join(folder, 'trixie-stores')
  if ((await readIfPresent(`${root}.whole`)) !== undefined) return root
  say('a Debian 13 with Swift and Ceph is made (some minutes, 1.5 GB, once)')
  const base = await makeBase('trixie', process.arch === 'arm64' ? 'arm64' : 'amd64', folder, signal)
  await rm(root, { recursive: true, force: true })
  await must('cp', ['-a', base, root], signal)
  await cp('/etc/resolv.conf', path.join(root, 'etc', 'resolv.conf'), { dereference: true })
  await writeFile(path.join(root, 'usr', 'sbin', 'policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 }) // its services stay off
  const apt = (...words: string[]): Promise<string> =>
    must('setpriv', within(root, ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...words]), signal)
  await apt('update')
  await apt('install', '-y', '--no-install-recommends', ...packages)
  await writeFile(`${root}.whole`, '')
  return root
}

/** What setpriv(1) is told to run a command in it: with a /proc, which Swift writes its files by and which goes with the command; and not for
 *  longer than who started it. */
export const within = (root: string, command: readonly string[]): string[] => [
  ...['--pdeathsig', 'KILL', 'unshare', '--mount', 'sh', '-euc', enter, 'enter', root],
  ...command,
]

const enter = 'mount -t proc proc "$1/proc"; root=$1; shift; exec chroot "$root" "$@"'

/** What is installed in it, for the report. */
export async function versionOf(root: string, packageName: string, signal: AbortSignal): Promise<string> {
  return (await must('setpriv', within(root, ['dpkg-query', '-W', '-f', '${Version}', packageName]), signal)).trim()
}

export async function must(program: string, args: readonly string[], signal: AbortSignal, timeoutMs = 1_800_000): Promise<string> {
  const { code, stdout, stderr } = await runChild(program, args, { signal, timeoutMs })
  if (code === 0) return stdout.toString('utf8')
  throw new EzrecError('upstream_unavailable', `${program} ${args.join(' ')} ended with ${code}: ${stderr.trim().slice(-800)}`, {
    hint: 'run it alone and see what it says',
  })
}
