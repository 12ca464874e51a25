// Whether this machine has an address beyond itself, and a way out.
// Asks nobody on the network: a venue may have none, and records all the same.

import { readFile } from 'node:fs/promises'
import os from 'node:os'
import { degraded, healthy, type Finding } from './finding.ts'

export async function lookAtNetwork(routesFile = '/proc/net/route'): Promise<Finding> {
  const own = Object.entries(os.networkInterfaces()).flatMap(([name, found]) =>
    (found ?? []).filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => `${name} ${address}`),
  )
  return judgeNetwork(own, await readFile(routesFile, 'utf8').catch(() => ''))
}

/** `routes`: proc_net(5), the destination in hexadecimal in the second column. Pure. */
export function judgeNetwork(addresses: readonly string[], routes: string): Finding {
  const mend = 'look at the cable or the wireless network; recording goes on, links work in the venue alone'
  if (addresses.length === 0) return degraded('network', 'no address: nobody else can reach this box', mend)
  const out = routes.split('\n').some((line) => line.split('\t')[1] === '00000000')
  return out
    ? healthy('network', addresses.join(', '))
    : degraded('network', `${addresses.join(', ')}, and no way out of this network`, mend)
}
