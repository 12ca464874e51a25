import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { test } from 'node:test'
import { judgeSettings } from '../../../config/settings.ts'
import { judgeCloud, lookAtCloud } from './cloud-check.ts'

const never = new AbortController().signal
const projectAt = (SUPABASE_URL: string) =>
  judgeSettings({ SUPABASE_URL, SUPABASE_SERVICE_ROLE_KEY: 'sb_secret_EXAMPLE0000000000' }, { home: '/srv/box', cwd: '/' }).settings
    .database

test('the cloud is asked with its key where one is set; one that cannot be reached is a warning, without the key in it', async () => {
  assert.deepEqual(await lookAtCloud(judgeSettings({}, { home: '/srv/box', cwd: '/' }).settings.database, never), [])
  const server = createServer(({ url, headers }, answer) => {
    const right = url === '/project/rest/v1/' && headers['apikey'] === 'sb_secret_EXAMPLE0000000000'
    answer.writeHead(right ? 200 : 401).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const bound = server.address()
  const port = typeof bound === 'object' ? bound?.port : undefined
  const look = async (path: string) => (await lookAtCloud(projectAt(`http://127.0.0.1:${port}${path}`), never)).map(({ status }) => status)
  assert.deepEqual([await look('/project'), await look('/project/'), await look('/other')], [['healthy'], ['healthy'], ['degraded']])
  server.close()
  await once(server, 'close')
  const [gone] = await lookAtCloud(projectAt(`http://127.0.0.1:${port}`), never)
  assert.equal(gone?.status, 'degraded')
  assert.match(gone?.message ?? '', /cannot be reached \(nobody listens there: ECONNREFUSED\)/)
  assert.doesNotMatch(JSON.stringify(gone), /sb_secret/)
})

test('each answer of the cloud has its mend', () => {
  const of = (status: number): string => `${judgeCloud('x.supabase.co', status).status} ${judgeCloud('x.supabase.co', status).mend ?? ''}`
  assert.equal(of(200), 'healthy ')
  assert.match(of(401), /^degraded .*SERVICE_ROLE_KEY/)
  assert.match(of(503), /^degraded wait/)
  for (const status of [302, 404]) assert.match(of(status), /^degraded .*SUPABASE_URL/)
})
