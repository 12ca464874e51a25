import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { EzrecError } from './errors.ts'
import { openLogger, scrubText, type Logger } from './logger.ts'

/** The lines that a logger wrote, as text. */
function written(level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR', work: (log: Logger) => void): string[] {
  using folder = temporaryFolder()
  work(openLogger({ service: 'unit', level, folder: folder.path, stderr: false }))
  return existsSync(folder.file('unit.log')) ? readFileSync(folder.file('unit.log'), 'utf8').trimEnd().split('\n') : []
}
const parsed = (line: string | undefined): Record<string, unknown> => Object.fromEntries(Object.entries(Object(JSON.parse(line ?? ''))))

test('a line is JSON: time in UTC, a word for its level, the service, the facts and a fixed message', () => {
  const [line] = written('INFO', (log) => log.info({ recording: 'r', durationMs: 5 }, 'said'))
  const { time, ...rest } = parsed(line)
  assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.deepEqual(rest, { level: 'INFO', service: 'unit', recording: 'r', durationMs: 5, msg: 'said' })
})

test('only lines of the level and worse are written, by their words', () => {
  const all = (log: Logger): void => {
    log.debug('a')
    log.info('b')
    log.warn('c')
    log.error('d')
  }
  for (const [level, words] of [
    ['DEBUG', ['DEBUG', 'INFO', 'WARN', 'ERROR']],
    ['INFO', ['INFO', 'WARN', 'ERROR']],
    ['WARN', ['WARN', 'ERROR']],
    ['ERROR', ['ERROR']],
  ] as const)
    assert.deepEqual(
      written(level, all).map((line) => parsed(line)['level']),
      words,
    )
})

test('an error tells its kind, message, code, hint, facts, place and causes', () => {
  const error = new EzrecError('timeout', 'late', {
    hint: 'wait',
    facts: { booking: 'b' },
    cause: Object.assign(new Error('below'), { code: 'EIO' }),
  })
  for (const line of written('INFO', (log) => (log.error({ err: error }, 'm'), log.error(error)))) {
    const err = Object(parsed(line)['err'])
    assert.deepEqual([err.type, err.message, err.code, err.hint, err.facts], ['EzrecError', 'late', 'timeout', 'wait', { booking: 'b' }])
    assert.match(err.stack, /logger\.test\.ts/)
    assert.deepEqual([err.cause.message, err.cause.code], ['below', 'EIO'])
  }
  assert.equal(parsed(written('INFO', (log) => log.error({ err: 'a word' }, 'm'))[0])['err'], 'a word')
})

const secrets = [
  ['rtsp://user:hunter22@10.0.0.9/1', 'hunter22'],
  ['http://u:p@hunter22@h/', 'hunter22'],
  ['key ezk_01ABC_hunter22hunter22 used', 'hunter22'],
  ['Authorization: Bearer hunter22.aaa-bbb', 'hunter22'],
  ['AKIAIOSFODNN7HUNTER2', 'HUNTER2'],
  ['https://box/s/hunter22hunter22hunter22', 'hunter22'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZSJ9.hunter22', 'hunter22'],
  ['sb_secret_hunter22', 'hunter22'],
] as const

test('a secret reaches no line: not in the message, a fact, an error, its cause or deep within', () => {
  for (const [text, secret] of secrets) {
    const lines = written('DEBUG', (log) => {
      log.info(text)
      log.info({ source: text, deep: { list: [{ text }] } }, text)
      log.error({ err: new EzrecError('internal', text, { hint: text, facts: { text }, cause: new Error(text) }) }, text)
      log.error(new Error(text), text)
    })
    assert.equal(lines.length, 4)
    for (const line of lines) assert.equal(line.includes(secret), false, line)
  }
})

test('a field that is named like a secret is never shown', () => {
  const names = [
    'password',
    'passwd',
    'token',
    'apiKey',
    'api_key',
    'secretAccessKey',
    'SUPABASE_SERVICE_ROLE_KEY',
    'serviceRoleKey',
    'accessKeyId',
    'Cookie',
    'authorization',
    'key',
  ]
  for (const name of names) {
    const [line] = written('INFO', (log) => log.info({ [name]: 'hunter22', settings: { [name]: ['hunter22'] } }, 'm'))
    assert.equal(line?.includes('hunter22'), false, name)
  }
  const shown = ['keyFrame', 'recording', 'monkey', 'passed']
  for (const name of shown) assert.equal(parsed(written('INFO', (log) => log.info({ [name]: 'seen' }, 'm'))[0])[name], 'seen')
})

test('ordinary text is left as it is', () => {
  for (const text of ['http://10.0.0.9:8000/s/short', 'at 19:30 a@b.example wrote', 'rtsp://10.0.0.9/1', 'left: 5 of 7'])
    assert.equal(scrubText(text), text)
})

test('anything may be logged, and every line is one JSON document', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.anything(), { maxKeys: 4 }), fc.string(), (fields, message) => {
      const lines = written('INFO', (log) => log.info(fields, message))
      assert.equal(lines.length, 1)
      parsed(lines[0])
    }),
    { numRuns: 60 },
  )
  const loop: Record<string, unknown> = {}
  loop['loop'] = loop
  assert.match(written('INFO', (log) => log.info(loop, 'm'))[0] ?? '', /\[deep\]/)
})

test('at 10 MB the file is put aside, five of them are kept', () => {
  using folder = temporaryFolder()
  const file = folder.file('unit.log')
  for (let n = 0; n < 7; n += 1) {
    writeFileSync(file, `life ${n}\n`)
    truncateSync(file, 10 * 1024 * 1024 + 1)
    openLogger({ service: 'unit', level: 'INFO', folder: folder.path, stderr: false }).info('next')
    assert.ok(statSync(file).size < 1_000)
  }
  const kept = [1, 2, 3, 4, 5].map((n) => readFileSync(`${file}.${n}`).subarray(0, 6).toString())
  assert.deepEqual(kept, ['life 6', 'life 5', 'life 4', 'life 3', 'life 2'])
  assert.equal(existsSync(`${file}.6`), false)
})

test('a log that cannot be written stops nobody, and goes on when it can', () => {
  using folder = temporaryFolder()
  writeFileSync(folder.file('logs'), 'a file in the way')
  const log = openLogger({ service: 'unit', level: 'INFO', folder: folder.file('logs', 'x'), stderr: false })
  log.info('lost')
  truncateSync(folder.file('logs'), 0)
  using other = temporaryFolder()
  mkdirSync(other.file('x'))
  openLogger({ service: 'unit', level: 'INFO', folder: other.file('x'), stderr: false }).info('kept')
  assert.equal(existsSync(other.file('x', 'unit.log')), true)
})

test('an unknown level is refused', () => {
  const level: string = 'TRACE'
  assert.throws(() => openLogger({ service: 'unit', level: level === 'TRACE' ? JSON.parse('"TRACE"') : 'INFO' }), TypeError)
})

test('whose film it is stands in no line; folders of ours keep their names', () => {
  const id = '01K3ABCDEFGHJKMNPQRSTVWXYZ'
  const line = written('INFO', (log) =>
    log.warn(
      { film: `anna_example_org/2026-05-02/${id}.mp4`, err: new Error(`ENOENT: '/srv/box/store/anna/2026-05-02/${id}/preview.jpg'`) },
      `ben/2026-05-02/${id}`,
    ),
  ).join('')
  for (const owner of ['anna', 'ben']) assert.equal(line.includes(owner), false, line)
  assert.ok(line.includes(`[owner]/2026-05-02/${id}.mp4`))
  const ours = `/srv/box/recordings/2026-05-02/${id}/chunks and takes/2026-05-02/${id}-left`
  assert.equal(scrubText(ours), ours)
})
