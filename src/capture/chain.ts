// A camera's chain as the recorder holds it: a process of its own that has been started ahead and waits for its order, or one that
// an earlier recorder left running. Knows nothing of what a chain writes.

import path from 'node:path'
import type { Clock } from '../base/clock.ts'
import { startChild, type Child } from '../base/process.ts'
import { endByIdentity, isAlive, signalIdentity, type ProcessIdentity } from '../base/process-identity.ts'
import { cameraIsFree, type TakeOrder } from './camera-chain.ts'
import type { Input } from './input.ts'

export type Chain = {
  /** Resolves when the next take may begin: the camera's process is gone, or the chain itself is. `told`: by the chain's own word. */
  readonly over: Promise<{ readonly told: boolean }>
  /** Resolves when the process has ended, and all it had to write is written. */
  readonly exited: Promise<void>
  /** Asks for an orderly end. */
  stop(): void
  /** Ends it, whatever it does. */
  kill(): Promise<void>
}

const program = path.join(import.meta.dirname, 'camera-chain.ts')

export type Spares = AsyncDisposable & {
  /** Gives the order to a chain that waits for one; the next one is started a little later, out of the way. */
  begin(order: TakeOrder): Promise<Chain>
}

/** A camera that is started again must not wait for a program to load. */
const restockMs = 2_000

/** Keeps one chain of a camera ready. */
export function openSpares(camera: Input, takesFolder: string, onStderrLine: (line: string) => void): Spares {
  // What stands here is overwritten by the take's folder once it is known: for people who look.
  const start = (): Promise<Child> =>
    startChild(process.execPath, [program, `camera-${camera}`, takesFolder], {
      stdin: 'pipe',
      stdout: 'pipe',
      onStderrLine,
    })
  let spare: Promise<Child> | undefined
  let restock: NodeJS.Timeout | undefined
  const ready = (): Promise<Child> => {
    clearTimeout(restock)
    const kept = (spare ??= start())
    kept.catch(() => (spare = undefined)) // told to whoever asks for it; the next one asks anew
    void kept
      .then((child) => child.exited)
      .then(
        () => spare === kept && (spare = undefined),
        () => undefined,
      )
    return kept
  }
  void ready().catch(() => undefined)
  return {
    begin: async (order) => {
      const child = await ready()
      spare = undefined
      restock = setTimeout(() => void ready().catch(() => undefined), restockMs)
      child.stdin?.write(`${JSON.stringify(order)}\n`)
      return holdChild(child)
    },
    [Symbol.asyncDispose]: async () => {
      clearTimeout(restock)
      const child = await spare?.catch(() => undefined)
      child?.stdin?.end()
      await child?.exited
    },
  }
}

function holdChild(child: Child): Chain {
  const exited = child.exited.then(() => undefined)
  const told = new Promise<{ told: true }>((resolve) =>
    child.stdout?.on('data', (piece: Buffer) => piece.includes(cameraIsFree) && resolve({ told: true })),
  )
  return {
    over: Promise.race([told, exited.then(() => ({ told: false }))]),
    exited,
    stop: () => void child.stdin?.end('stop\n'),
    kill: async () => void (await child.stop()),
  }
}

const pollMs = 50

/** A chain whose recorder was killed, and that went on recording. */
export function holdOrphan(identity: ProcessIdentity, clock: Clock): Chain {
  const exited = (async () => {
    while (isAlive(identity)) await clock.sleep(pollMs)
  })()
  return {
    over: exited.then(() => ({ told: false })),
    exited,
    stop: () => signalIdentity(identity, 'SIGTERM'),
    kill: () => endByIdentity(identity, clock),
  }
}
