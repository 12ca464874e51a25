import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSystemdEnvironment } from '../../config/env.ts'
import { openDatagramSocket } from '../../tests/datagram-socket.ts'
import { fakeClock } from '../../tests/fake-clock.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { startChild } from '../base/process.ts'
import { openSystemd } from './systemd.ts'

const fail = (error: unknown): never => assert.fail(String(error))

test('work feeds the watchdog four times within the time that systemd waits, however often it is told; no work feeds nothing', () => {
  const said: string[] = []
  const clock = fakeClock(0)
  const systemd = openSystemd({ socket: '/there', watchdogMs: 20_000, clock, onFault: fail, say: (words) => void said.push(words) })
  for (let ms = 0; ms < 20_000; ms += 50, clock.advance(50)) systemd.worked()
  assert.deepEqual(
    said,
    Array.from({ length: 4 }, () => 'READY=1\nWATCHDOG=1'),
  )
  clock.advance(60_000)
  assert.equal(said.length, 4)
  systemd.stopping()
  assert.equal(said.at(-1), 'STOPPING=1')
})

test('where no systemd listens nothing is said', () => {
  const systemd = openSystemd({ socket: undefined, watchdogMs: 1_000, clock: fakeClock(0), onFault: fail, say: fail })
  systemd.worked()
  systemd.stopping()
})

test("what systemd puts into a service's environment is read; a watchdog of another process is not ours", () => {
  const given = { NOTIFY_SOCKET: '/run/systemd/notify', WATCHDOG_USEC: '30000000' }
  assert.deepEqual(readSystemdEnvironment({ ...given, WATCHDOG_PID: String(process.pid) }), {
    socket: '/run/systemd/notify',
    watchdogMs: 30_000,
  })
  assert.equal(readSystemdEnvironment({ ...given, WATCHDOG_PID: '1' }).watchdogMs, undefined)
  assert.deepEqual(readSystemdEnvironment({}), { socket: undefined, watchdogMs: undefined })
})

test('the library says the words to a real socket, and its silence is told once there is none', async () => {
  using folder = temporaryFolder()
  using socket = openDatagramSocket(folder.file('notify'))
  const program = `
    import { openSystemd } from ${JSON.stringify(import.meta.resolve('./systemd.ts'))}
    import { systemClock } from ${JSON.stringify(import.meta.resolve('../base/clock.ts'))}
    const open = (socket) => openSystemd({ socket, watchdogMs: undefined, clock: systemClock, onFault: (error) => console.error(error.message) })
    open(process.env.NOTIFY_SOCKET).worked()
    process.env.NOTIFY_SOCKET = ${JSON.stringify(folder.file('nobody'))}
    open(process.env.NOTIFY_SOCKET).stopping()`
  await using child = await startChild(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module-typescript', '-e', program],
    { env: { NOTIFY_SOCKET: folder.file('notify') } },
  )
  assert.deepEqual(await child.exited, { code: 0, signal: null })
  assert.deepEqual(socket.take(), ['READY=1\nWATCHDOG=1'])
  assert.match(child.stderrTail(), /sd_notify answers -\d+/)
})
