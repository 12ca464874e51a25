import assert from 'node:assert/strict'
import { test } from 'node:test'
import { restartTrouble } from './restart-policy.ts'

const services = ['dual_recorder', 'video_worker', 'ezrec-api']
const start = (service: string, n: number, bootId = 'boot'): Parameters<typeof restartTrouble>[0][number] => ({
  service,
  bootId,
  pid: n,
  atMs: n,
})
const times = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n))

test('five boots in ten minutes point to the power supply, four are not worth a word', () => {
  const boots = (count: number): string | undefined =>
    restartTrouble(times(count, (n) => services.map((service) => start(service, n, `boot ${n}`))).flat())
  assert.match(boots(5) ?? '', /^restarted 5 times in 10 minutes, each time with the whole machine: look at the power supply$/)
  assert.equal(boots(4), undefined)
  assert.equal(restartTrouble([]), undefined)
})

test('a box that died before all of its services were up is counted by its boots', () => {
  assert.match(restartTrouble(times(6, (n) => start('dual_recorder', n, `boot ${n}`))) ?? '', /^restarted 6 times .* the power supply/)
})

test('one service that cannot live is named, and is no matter of power', () => {
  const starts = [...times(7, (n) => start('video_worker', n)), start('dual_recorder', 100), start('ezrec-api', 101)]
  assert.equal(restartTrouble(starts), 'video_worker was started 7 times in 10 minutes: its log says why')
  assert.match(restartTrouble(starts.slice(0, 7)) ?? '', /^video_worker was started 7 times/)
})

test('all services again and again without a boot are told as the box, by the least of them', () => {
  const starts = services.flatMap((service, at) => times(5 + at, (n) => start(service, n)))
  assert.match(restartTrouble(starts) ?? '', /^restarted 5 times in 10 minutes, all services together: look at the power supply/)
})
