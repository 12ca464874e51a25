// A throw-away Ceph with its S3 gateway from a Debian in a folder: one monitor, one OSD in memory, one gateway, on ports of their own.
// Never survives its owner. A day of its lifecycle rules lasts five seconds.

import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { startChild, type Child } from '../../src/base/process.ts'
import { must, within } from './debian-root.ts'
import type { OtherServer } from './other-server.ts'

export const lifecycleDaySeconds = 5

const [accessKeyId, secretAccessKey] = ['ezrec-of-the-lab', 'an-open-secret']

export async function startCeph(root: string, signal: AbortSignal): Promise<OtherServer> {
  const home = `/srv/ceph-${randomUUID()}`
  const folder = path.join(root, home)
  for (const name of ['mon', 'osd', 'run', 'rgw']) await mkdir(path.join(folder, name), { recursive: true })
  const [v2, v1, port] = [await freePort(), await freePort(), await freePort()]
  const fsid = randomUUID()
  const hosts = `[v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}]`
  await writeFile(path.join(folder, 'ceph.conf'), settings({ home, fsid, hosts, port }))
  const conf = ['-c', `${home}/ceph.conf`]
  const run = (...command: string[]): Promise<string> => must('setpriv', within(root, command), signal, 60_000)
  const children: Child[] = []
  const start = async (...command: string[]): Promise<void> => {
    children.push(await startChild('setpriv', within(root, command), { stopStepMs: 5_000 }))
  }
  const close = async (): Promise<void> => {
    for (const child of children.toReversed()) await child.stop()
    await must('rm', ['-rf', folder], new AbortController().signal)
  }
  try {
    const allowAll = ['--gen-key', '-n', 'client.admin', '--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *']
    await run('ceph-authtool', '--create-keyring', `${home}/keyring`, '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *')
    await run('ceph-authtool', `${home}/keyring`, ...allowAll)
    await run('monmaptool', '--create', '--fsid', fsid, '--addv', 'a', hosts, `${home}/monmap`)
    await run('ceph-mon', ...conf, '-i', 'a', '--mkfs', '--monmap', `${home}/monmap`, '--keyring', `${home}/keyring`)
    await start('ceph-mon', ...conf, '-i', 'a', '-f')
    await patiently(() => run('timeout', '10', 'ceph', ...conf, 'mon', 'stat'), signal)
    const osd = randomUUID()
    await run('timeout', '20', 'ceph', ...conf, 'osd', 'new', osd)
    await run('ceph-authtool', '--create-keyring', `${home}/osd/keyring`, '--gen-key', '-n', 'osd.0')
    await run('ceph-osd', ...conf, '-i', '0', '--mkfs', '--no-mon-config', '--osd-uuid', osd)
    const rights = ['osd', 'allow *', 'mon', 'allow profile osd', '-i', `${home}/osd/keyring`]
    await run('timeout', '20', 'ceph', ...conf, 'auth', 'add', 'osd.0', ...rights)
    await start('ceph-osd', ...conf, '-i', '0', '-f')
    await start('radosgw', ...conf, '-n', 'client.admin', '-f')
    await patiently(async () => void (await fetch(`http://127.0.0.1:${port}/`)), signal)
    const who = ['--uid=ezrec', '--display-name=ezrec', `--access-key=${accessKeyId}`, `--secret-key=${secretAccessKey}`]
    await run('timeout', '60', 'radosgw-admin', ...conf, 'user', 'create', ...who)
  } catch (error) {
    await close()
    throw error
  }
  return { port, accessKeyId, secretAccessKey, [Symbol.asyncDispose]: close }
}

const settings = ({ home, fsid, hosts, port }: { home: string; fsid: string; hosts: string; port: number }): string => `[global]
fsid = ${fsid}
mon_initial_members = a
mon_host = ${hosts}
public_network = 127.0.0.0/8
ms_bind_ipv6 = false
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000
osd_objectstore = memstore
memstore_device_bytes = 4294967296
run_dir = ${home}/run
admin_socket = ${home}/run/$name.asok
log_file = ${home}/$name.log
mon_data = ${home}/mon
osd_data = ${home}/osd
mon_data_avail_crit = 1
mon_data_avail_warn = 1
osd_max_object_name_len = 256
osd_max_object_namespace_len = 64
[mon]
keyring = ${home}/mon/keyring
[osd]
keyring = ${home}/osd/keyring
[client]
keyring = ${home}/keyring
rgw_frontends = beast endpoint=127.0.0.1:${port}
rgw_data = ${home}/rgw
rgw_dns_name = localhost
rgw_lc_debug_interval = ${lifecycleDaySeconds}
rgw_dynamic_resharding = false
`

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Its parts need a moment each, on a busy machine a minute. */
async function patiently(step: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted()
    try {
      await step()
      return
    } catch (error) {
      if (tries >= 120) throw new EzrecError('timeout', 'Ceph did not start', { hint: 'look into its logs', cause: error })
      await systemClock.sleep(500, signal)
    }
  }
}
