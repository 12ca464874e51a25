// A box that dies five times within one booking, all of its processes at once: it records between its deaths, tells what is missing to the
// frame, and says that it was restarted.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { readApiAddress } from '../../src/api/address.ts'
import { bookAhead, booking, judgeFilm, killAll, untilPictures } from '../running-box.ts'
import { openHome } from '../real-session.ts'

const health = z.object({
  data: z.object({ status: z.string(), checks: z.array(z.object({ name: z.string(), status: z.string(), message: z.string() })) }),
})

const deaths = 5

test('five restarts in a row: the film has pictures of every life, its gaps are told to the frame, and the restarts are told', async () => {
  await using home = await openHome()
  await home.start(['up'])
  const { id, startMs } = await bookAhead(home)
  await untilPictures(home, 0, { fromMs: startMs + 1_000 })
  for (let death = 1; death <= deaths; death += 1) {
    await killAll(home)
    const killedMs = Date.now()
    await home.start(['up'])
    await untilPictures(home, killedMs)
  }
  await booking(home, 'stop', id)
  const film = await judgeFilm(home, id)
  for (const camera of ['left', 'right'] as const) {
    assert.ok(film.stretches[camera] > deaths, 'a stretch of pictures for each life')
    assert.equal(film.causes[camera].filter((cause) => cause === 'killed').length, deaths, 'a gap for each death')
  }
  const made = await home.run(['key', 'add', 'test', '--json'])
  const { key } = z.object({ key: z.string() }).parse(JSON.parse(made.stdout))
  const { url } = (await readApiAddress(home.folder)) ?? assert.fail('the API has no address')
  const answer = await fetch(new URL('/health', url), { headers: { authorization: `Bearer ${key}` } })
  const restarts = health.parse(await answer.json()).data.checks.find(({ name }) => name === 'restarts')
  assert.equal(restarts?.status, 'degraded')
  assert.match(restarts.message, /[56] times in 10 minutes/) // a life may end before it has noted that it began
})
