// A Debian for another processor: fetched and unpacked by this machine's own apt and dpkg, so that only the scripts of its packages are emulated.
// Never installs anything into this machine; wants debootstrap, qemu-user-static and its emulator known to the kernel (binfmt).

import { createHash } from 'node:crypto'
import { access, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { must } from './must.ts'

export type ForeignOrder = {
  readonly suite: string
  readonly architecture: string
  /** The folder that becomes its root. */
  readonly base: string
  readonly mirror: string
  readonly packages: readonly string[]
}

/** What deployment.sh would have the emulated apt install: that takes most of an hour. */
const alsoWanted = ['ffmpeg', 'v4l-utils', 'libatomic1', 'avahi-daemon', 'polkitd']

/** Errors: those of the programs it wants. */
export async function makeForeignBase({ suite, architecture, base, mirror, packages }: ForeignOrder, signal: AbortSignal): Promise<void> {
  await must('debootstrap', ['--foreign', '--variant=minbase', `--arch=${architecture}`, suite, base, mirror], signal)
  await must('chroot', [base, '/debootstrap/debootstrap', '--second-stage'], signal)
  await writeFile(path.join(base, 'etc', 'apt', 'sources.list'), `deb ${mirror} ${suite} main\n`)
  const archives = path.join(base, 'var', 'cache', 'apt', 'archives')
  const apt = async (...words: string[]): Promise<string> =>
    must('apt-get', [...aptOptions(base, architecture), '-q', '-y', ...words], signal)
  await apt('update')
  await apt('install', '--download-only', '--no-install-recommends', ...packages, ...alsoWanted)
  const files = (await readdir(archives)).filter((name) => name.endsWith('.deb')).map((name) => path.join(archives, name))
  await must('dpkg', [`--root=${base}`, '--force-architecture', '--force-confold', '--no-triggers', '--unpack', ...files], signal)
  await must('chroot', [base, 'env', 'DEBIAN_FRONTEND=noninteractive', 'dpkg', '--configure', '-a'], signal)
  for (const file of files) await rm(file)
}

/** Node for arm64 and the packages of the lockfile, fetched by this machine's npm and kept for the next run, in the places where the launcher would put them. */
export async function fetchForeignPackages(clone: string, kept: string, signal: AbortSignal): Promise<void> {
  const hash = createHash('sha256')
  for (const folder of [clone, path.join(clone, 'runtime')]) hash.update(await readFile(path.join(folder, 'package-lock.json')))
  const whole = `${kept}-${hash.digest('hex').slice(0, 12)}`
  const places = ['.', 'runtime']
  const copy =
    (from: string, to: string) =>
    async (place: string): Promise<void> => {
      await mkdir(path.join(to, place), { recursive: true })
      await must('cp', ['-a', path.join(from, place, 'node_modules'), path.join(to, place)], signal)
    }
  if (await isThere(whole)) {
    for (const place of places) await copy(whole, clone)(place)
    return
  }
  await fetchPackages(clone, signal)
  await rm(`${whole}.next`, { recursive: true, force: true })
  for (const place of places) await copy(clone, `${whole}.next`)(place)
  await rename(`${whole}.next`, whole)
}

const isThere = async (folder: string): Promise<boolean> =>
  access(folder).then(
    () => true,
    () => false,
  )

async function fetchPackages(clone: string, signal: AbortSignal): Promise<void> {
  const runtime = path.join(clone, 'runtime')
  const fetch = (folder: string, ...more: string[]): Promise<string> =>
    must('npm', ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--os=linux', '--cpu=arm64', ...more], signal)
  await fetch(runtime)
  await fetch(clone, '--omit=dev')
  await copyFile(path.join(runtime, 'package-lock.json'), path.join(runtime, 'node_modules', '.ezrec-all'))
  await copyFile(path.join(clone, 'package-lock.json'), path.join(clone, 'node_modules', '.ezrec-production'))
}

/** What the emulator cannot do: it has no user name spaces, and no unit measures anything within fifty seconds. */
export async function easeUnits(root: string): Promise<void> {
  const eased = {
    video_worker: 'PrivateUsers=no\n',
    'ezrec-api': 'PrivateUsers=no\n',
    system_status: 'PrivateUsers=no\nTimeoutStartSec=15min\n',
  }
  for (const [unit, words] of Object.entries(eased)) {
    const folder = path.join(root, 'etc', 'systemd', 'system', `${unit}.service.d`)
    await mkdir(folder, { recursive: true })
    await writeFile(path.join(folder, 'emulated.conf'), `[Service]\n${words}`)
  }
}

/** The places of that Debian, the programs and keys of this one. */
const aptOptions = (base: string, architecture: string): string[] =>
  [
    `APT::Architecture=${architecture}`,
    `APT::Architectures=${architecture}`,
    'APT::Sandbox::User=root',
    `Dir::Etc=${base}/etc/apt`,
    'Dir::Etc::TrustedParts=/etc/apt/trusted.gpg.d',
    `Dir::State=${base}/var/lib/apt`,
    `Dir::State::status=${base}/var/lib/dpkg/status`,
    `Dir::Cache=${base}/var/cache/apt`,
  ].flatMap((option) => ['-o', option])
