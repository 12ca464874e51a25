// Turns the ways in which somebody outside ends this process into one AbortSignal, so that everything opened is closed in order.
// Never ends the process at the first request; the second one does, with 130.

const requests = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Listens until disposed. `abort` serves faults that no one awaited, and a result that nobody reads. */
export function openStopSignals(onSecond: (exitCode: number) => void): { signal: AbortSignal; abort(): void } & Disposable {
  const controller = new AbortController()
  const onRequest = (): void => {
    if (controller.signal.aborted) onSecond(130)
    else controller.abort()
  }
  for (const request of requests) process.on(request, onRequest)
  process.stderr.on('error', () => undefined) // a lost terminal must not stop the orderly end
  return {
    signal: controller.signal,
    abort: () => controller.abort(),
    [Symbol.dispose]: () => {
      for (const request of requests) process.off(request, onRequest)
    },
  }
}
