// A network of its own for a store, at the end of a wire whose sending side is as narrow as an uplink: network namespace, veth and tbf.
// Never touches the network of this machine beyond its own pair of devices. Where it cannot be made, `cannotNarrow` says why.

import { existsSync } from 'node:fs'
import { EzrecError } from '../../src/base/errors.ts'
import { runChild } from '../../src/base/process.ts'

/** Why no uplink can be narrowed here, or `false`. */
export const cannotNarrow: string | false =
  process.getuid?.() !== 0
    ? 'a network namespace wants root'
    : ['/usr/sbin/ip', '/usr/sbin/tc'].every((program) => existsSync(program))
      ? false
      : 'there is no ip or tc: install the Debian package iproute2'

export type NarrowUplink = AsyncDisposable & {
  /** Where what runs within is reached from here. */
  readonly address: string
  /** What a program is started with to run within. */
  readonly runner: readonly string[]
  /** From now on no more leaves for it than this, frames of the wire counted; `undefined` is as fast as it goes. */
  narrow(bytesPerSecond: number | undefined): Promise<void>
}

/** What may go at once after a rest, and how long a byte may wait: a queue as a modem has one. */
const [burstBytes, queueMs] = [32_768, 300]

/** Errors: `upstream_unavailable` when the kernel has no such network. */
export async function openNarrowUplink(signal: AbortSignal): Promise<NarrowUplink> {
  const name = `ezl${process.pid}`
  const [outside, inside] = [`${name}o`, `${name}i`]
  // 198.18.0.0/15 is kept for measurements (RFC 2544); four addresses of it for each process.
  const base = (process.pid % 32_768) * 4
  const octets = `198.${18 + (base >> 16)}.${(base >> 8) & 255}`
  const [here, address] = [`${octets}.${(base & 255) + 1}`, `${octets}.${(base & 255) + 2}`]
  const undo = async (): Promise<void> => void (await runChild('ip', ['netns', 'del', name])) // its devices go with it
  try {
    await must('ip', ['netns', 'add', name], signal)
    await must('ip', ['link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', name], signal)
    await must('ip', ['addr', 'add', `${here}/30`, 'dev', outside], signal)
    await must('ip', ['link', 'set', outside, 'up'], signal)
    for (const words of [`addr add ${address}/30 dev ${inside}`, `link set ${inside} up`, 'link set lo up'])
      await must('ip', ['-n', name, ...words.split(' ')], signal)
  } catch (error) {
    await undo()
    throw error
  }
  return {
    address,
    runner: ['ip', 'netns', 'exec', name],
    narrow: async (bytesPerSecond) => {
      await runChild('tc', ['qdisc', 'del', 'dev', outside, 'root']) // there may be none
      if (bytesPerSecond === undefined) return
      const rate = `${Math.round(bytesPerSecond * 8)}bit`
      const words = ['rate', rate, 'burst', String(burstBytes), 'latency', `${queueMs}ms`]
      await must('tc', ['qdisc', 'add', 'dev', outside, 'root', 'tbf', ...words], signal)
    },
    [Symbol.asyncDispose]: undo,
  }
}

async function must(program: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  const { code, stderr } = await runChild(program, args, { signal, timeoutMs: 10_000 })
  if (code === 0) return
  throw new EzrecError('upstream_unavailable', `${program} ${args.join(' ')} ended with ${code}: ${stderr.trim()}`, {
    hint: 'the kernel must know network namespaces, veth and tbf',
  })
}
