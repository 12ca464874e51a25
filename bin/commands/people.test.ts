import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { after, before, suite, test } from 'node:test'
import { z } from 'zod'
import { claimCodeFile, ensureClaimCode } from '../../src/api/people/claim-code.ts'
import { keyOf } from '../../src/api/people/key-store.ts'
import { accountOf } from '../../src/api/people/account-store.ts'
import { openDatabase } from '../../src/adapters/sqlite.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { runChild } from '../../src/base/process.ts'
import { repositoryFolder, type VerbGroup } from '../cli.ts'
import { command as keyVerbs } from './key.ts'
import { command as userVerbs } from './user.ts'

const password = 'correct horse battery'

suite('people and keys from the shell', () => {
  let home: string
  before(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'ezrec-people-'))
  })
  after(() => rm(home, { recursive: true }))

  /** What a verb answers with `--json`, and what it says. */
  async function run(
    group: VerbGroup,
    verb: string,
    args: string[],
    options: Record<string, unknown> = {},
  ): Promise<{ document: unknown; said: string[] }> {
    const found = group.verbs.find(({ name }) => name === verb)
    assert.ok(found)
    let document: unknown
    const said: string[] = []
    const say = (line: string): void => void said.push(line)
    const signal = new AbortController().signal
    const exitCode = await found.run({
      home,
      json: true,
      verbose: false,
      args,
      options,
      signal,
      out: (given) => (document = given),
      print: say,
      say,
    })
    assert.equal(exitCode, 0)
    return { document, said }
  }

  const inDatabase = <T>(look: (db: ReturnType<typeof openDatabase>) => T): T => {
    using db = openDatabase(path.join(home, 'ezrec.sqlite'))
    return look(db)
  }

  test('a key is shown once, opens with its role, and opens nothing once revoked', async () => {
    const { document, said } = await run(keyVerbs, 'add', ['booking site'], { role: 'operator' })
    const made = z
      .object({ id: z.string(), key: z.string().regex(/^ezk_[0-9a-z]{26}_[\w-]{43}$/), role: z.literal('operator') })
      .parse(document)
    assert.ok(said.every((line) => !line.includes(made.key)))
    assert.equal(inDatabase((db) => keyOf(db, made.key, Date.now()))?.role, 'operator')
    const listed = z.array(z.looseObject({ id: z.string() })).parse((await run(keyVerbs, 'list', [])).document)
    assert.deepEqual(
      listed.map(({ id }) => id),
      [made.id],
    )
    assert.ok(!JSON.stringify(listed).includes(made.key.slice(-43)))
    await run(keyVerbs, 'revoke', [made.id.toUpperCase()])
    const audited = inDatabase((db) => db.all('select what, who, subject_id from audit order by id').map((row) => ({ ...row })))
    assert.deepEqual(
      audited,
      ['key.made', 'key.revoked'].map((what) => ({ what, who: 'shell', subject_id: made.id })),
    )
    assert.equal(
      inDatabase((db) => keyOf(db, made.key, Date.now())),
      undefined,
    )
  })

  test('a key may be bound to a user, but no admin’s', async () => {
    const { document } = await run(keyVerbs, 'add', ['annas app'], { role: 'viewer', user: 'anna' })
    const { key } = z.looseObject({ key: z.string(), userId: z.literal('anna') }).parse(document)
    assert.equal(inDatabase((db) => keyOf(db, key, Date.now()))?.userId, 'anna')
    const button = z
      .looseObject({ key: z.string() })
      .parse((await run(keyVerbs, 'add', ['button'], { role: 'viewer', scopes: 'status,court' })).document)
    assert.deepEqual(inDatabase((db) => keyOf(db, button.key, Date.now()))?.scopes, ['court', 'status'])
    for (const options of [
      { role: 'admin', user: 'anna' },
      { role: 'viewer', user: 'a\nb' },
      { role: 'viewer', scopes: 'court,everything' },
    ])
      await assert.rejects(run(keyVerbs, 'add', ['x'], options), (error) => error instanceof EzrecError && error.code === 'invalid')
  })

  test('a role or a key that is not there is a clear fault', async () => {
    const isFault = (code: string) => (error: unknown) => error instanceof EzrecError && error.code === code
    await assert.rejects(run(keyVerbs, 'add', ['x'], { role: 'emperor' }), isFault('invalid'))
    await assert.rejects(run(keyVerbs, 'revoke', ['nothing']), isFault('not_found'))
    await assert.rejects(run(userVerbs, 'add', ['x'], { role: 'root' }), isFault('invalid'))
    await assert.rejects(run(userVerbs, 'remove', ['nobody']), isFault('not_found'))
  })

  test('a person is added with a password from standard input, and the claim code is void from then on', async () => {
    using db = openDatabase(path.join(home, 'ezrec.sqlite'))
    await ensureClaimCode(db, home)
    assert.deepEqual(await userAdd('anna', `${password}\nmore\n`), { code: 0, document: { name: 'anna', role: 'admin' } })
    assert.equal((await accountOf(db, 'anna', password))?.role, 'admin')
    assert.equal(existsSync(claimCodeFile(home)), false)
    assert.equal(db.get('select count(*) as n from claim')?.['n'], 0)
    assert.equal((await userAdd('anna', `${password}\n`)).code, 1, 'the name is taken')
    assert.equal((await userAdd('bo', 'short\n')).code, 1)
    assert.equal((await userAdd('bo', '')).code, 1)
    await assert.rejects(run(userVerbs, 'remove', ['anna']), /last admin/)
    await userAdd('zoe', `${password}\n`)
    await run(userVerbs, 'remove', ['anna'])
    assert.deepEqual(
      z
        .array(z.looseObject({ name: z.string() }))
        .parse((await run(userVerbs, 'list', [])).document)
        .map(({ name }) => name),
      ['zoe'],
    )
  })

  /** In a process of its own, for its own standard input. */
  async function userAdd(name: string, input: string): Promise<{ code: number | null; document?: unknown }> {
    const script = `
      const { command } = await import(${JSON.stringify(path.join(repositoryFolder, 'bin/commands/user.ts'))})
      const quiet = () => undefined
      const context = { home: ${JSON.stringify(home)}, json: true, verbose: false, args: [${JSON.stringify(name)}], options: { role: 'admin' }, signal: new AbortController().signal }
      await command.verbs[0].run({ ...context, say: quiet, print: quiet, out: ({ name, role }) => console.log(JSON.stringify({ name, role })) })`
    const { code, stdout } = await runChild(process.execPath, ['--input-type=module', '--eval', script], { input, timeoutMs: 30_000 })
    return code === 0 ? { code, document: JSON.parse(stdout.toString()) } : { code }
  }
})
