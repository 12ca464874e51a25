// ./ezrec key: the programs that may use this box's API.
// Shows a key once, when it is made.

import { z } from 'zod'
import { addAudit } from '../../src/api/guard/audit.ts'
import { createKey, listKeys, revokeKey, userName, type ApiKey } from '../../src/api/people/key-store.ts'
import { roles, roleSchema, scopes, scopesSchema } from '../../src/api/people/role.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { readOptions } from '../options.ts'
import { withExamples, type Verb, type VerbGroup } from '../cli.ts'
import { openBox } from '../open-box.ts'

const add: Verb = {
  name: 'add',
  summary: 'make a key for a program and show it, this once',
  configure: (command) =>
    void withExamples(
      command
        .argument('<name>', 'what it is for')
        .option('--role <role>', `${roles.join(', ')}: reads; changes bookings and links; adds people and keys`, 'viewer')
        .option('--scopes <words>', `makes it a device’s: of ${scopes.join(', ')} what it may, alone, such as court,status`)
        .option('--user <id>', 'binds it to a user: it sees that one’s bookings and films alone')
        .option('--json', 'answer with one JSON document'),
      [
        ['./ezrec key add "booking site" --role operator', 'prints ezk_...'],
        ['curl -H "Authorization: Bearer ezk_..." http://localhost:8000/bookings', 'how a program uses it'],
      ],
    ),
  run: async (context) => {
    const role = roleSchema.safeParse(context.options['role'])
    if (!role.success) throw new EzrecError('invalid', 'there is no such role', { hint: `choose one of ${roles.join(', ')}` })
    using app = await openBox(context, { service: 'cli', makes: true })
    const { user, scopes: only } = readOptions(z.object({ user: userName.optional(), scopes: wordsOf.optional() }), context.options)
    const { db, clock } = app
    const made = db.transaction(() => {
      const key = createKey(db, clock, { name: context.args[0] ?? '', role: role.data, userId: user, scopes: only })
      const facts = { role: key.role, bound: key.userId !== null, scopes: key.scopes?.join(' ') ?? null }
      addAudit(db, { atMs: clock.nowMs(), who: 'shell', what: 'key.made', subjectId: key.id, facts })
      return key
    })
    if (context.json) context.out({ ...tellKey(made), key: made.key })
    else context.print(made.key)
    context.say('keep it: it is not shown again')
    return 0
  },
}

const list: Verb = {
  name: 'list',
  summary: 'list the keys, without their secrets',
  configure: (command) =>
    void withExamples(command.option('--json', 'answer with one JSON document'), [['./ezrec key list', 'ids, roles, names, last use']]),
  run: async (context) => {
    using app = await openBox(context, { service: 'cli' })
    const keys = listKeys(app.db).map(tellKey)
    if (context.json) context.out(keys)
    else if (keys.length === 0) context.say('no keys')
    else
      for (const key of keys)
        context.print(
          `${key.id}  ${key.role.padEnd(8)}  ${key.revokedAt === null ? `used ${key.usedAt ?? 'never'}` : 'revoked'}  ${key.name}${key.userId === null ? '' : ` (of ${key.userId})`}${key.scopes === null ? '' : ` (${key.scopes.join(' ')})`}`,
        )
    return 0
  },
}

const revoke: Verb = {
  name: 'revoke',
  summary: 'revoke a key: it opens nothing from now on',
  configure: (command) =>
    void withExamples(command.argument('<id>', 'as listed').option('--json', 'answer with one JSON document'), [
      ['./ezrec key revoke 01j...', 'by the id that `key list` shows'],
    ]),
  run: async (context) => {
    using app = await openBox(context, { service: 'cli' })
    const { db, clock } = app
    const revoked = db.transaction(() => {
      const key = tellKey(revokeKey(db, clock, (context.args[0] ?? '').toLowerCase()))
      addAudit(db, { atMs: clock.nowMs(), who: 'shell', what: 'key.revoked', subjectId: key.id, facts: {} })
      return key
    })
    if (context.json) context.out(revoked)
    else context.print(`${revoked.name} was revoked`)
    return 0
  },
}

export const command: VerbGroup = { name: 'key', summary: 'keys of programs: add, list, revoke', verbs: [add, list, revoke] }

const wordsOf = z
  .string()
  .transform((text) => text.split(','))
  .pipe(scopesSchema)

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

const tellKey = ({ id, name, role, userId, scopes: only, createdAtMs, usedAtMs, revokedAtMs }: ApiKey) => ({
  id,
  name,
  role,
  userId,
  scopes: only,
  createdAt: iso(createdAtMs),
  usedAt: iso(usedAtMs),
  revokedAt: iso(revokedAtMs),
})
