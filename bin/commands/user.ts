// ./ezrec user: the people who may sign in to this box.
// Never takes a password from the arguments: other users of the machine can read those.

import { rm } from 'node:fs/promises'
import { addAudit } from '../../src/api/guard/audit.ts'
import { addAccount, listAccounts, removeAccount } from '../../src/api/people/account-store.ts'
import { claimCodeFile } from '../../src/api/people/claim-code.ts'
import { hashPassword } from '../../src/api/people/password.ts'
import { roles, roleSchema } from '../../src/api/people/role.ts'
import { readPassword } from '../../src/api/people/typed-password.ts'
import { EzrecError } from '../../src/base/errors.ts'
import { withExamples, type CliContext, type Verb, type VerbGroup } from '../cli.ts'
import { openBox } from '../open-box.ts'

const add: Verb = {
  name: 'add',
  summary: 'add a person; the password is asked for, or read from standard input',
  configure: (command) =>
    void withExamples(
      command
        .argument('<name>', 'what they type to sign in')
        .option('--role <role>', `${roles.join(', ')}: reads; changes bookings and links; adds people and keys`, 'viewer')
        .option('--json', 'answer with one JSON document'),
      [
        ['./ezrec user add anna --role admin', 'asks for the password'],
        ['./ezrec user add desk --role operator < password.txt', 'takes it from a file'],
      ],
    ),
  run: async (context) => {
    const role = roleOf(context)
    using app = await openBox(context, { service: 'cli', makes: true })
    const passwordHash = await hashPassword(await readPassword({ ...context, input: process.stdin }))
    const { db, clock } = app
    const account = db.transaction(() => {
      const made = addAccount(db, { name: nameOf(context), role, passwordHash }, clock.nowMs())
      addAudit(db, { atMs: clock.nowMs(), who: 'shell', what: 'account.made', subjectId: made.id, facts: { role } })
      return made
    })
    await rm(claimCodeFile(app.settings.paths.home), { force: true }) // a box with an account cannot be claimed
    tell(context, { id: account.id, name: account.name, role }, `${account.name} may now sign in as ${role}`)
    return 0
  },
}

const list: Verb = {
  name: 'list',
  summary: 'list the people who may sign in',
  configure: (command) =>
    void withExamples(command.option('--json', 'answer with one JSON document'), [['./ezrec user list', 'names and roles']]),
  run: async (context) => {
    using app = await openBox(context, { service: 'cli' })
    const accounts = listAccounts(app.db)
    if (context.json) context.out(accounts.map(({ id, name, role }) => ({ id, name, role })))
    else if (accounts.length === 0) context.say('nobody may sign in yet')
    else for (const { name, role } of accounts) context.print(`${role.padEnd(8)}  ${name}`)
    return 0
  },
}

const remove: Verb = {
  name: 'remove',
  summary: 'remove a person and end their sessions',
  configure: (command) =>
    void withExamples(command.argument('<name>', 'as listed').option('--json', 'answer with one JSON document'), [
      ['./ezrec user remove anna', 'she can no longer sign in'],
    ]),
  run: async (context) => {
    using app = await openBox(context, { service: 'cli' })
    const { db, clock } = app
    const { id, name, role } = db.transaction(() => {
      const gone = removeAccount(db, nameOf(context), clock.nowMs())
      addAudit(db, { atMs: clock.nowMs(), who: 'shell', what: 'account.removed', subjectId: gone.id, facts: { role: gone.role } })
      return gone
    })
    tell(context, { id, name, role }, `${name} was removed`)
    return 0
  },
}

export const command: VerbGroup = { name: 'user', summary: 'people who may sign in: add, list, remove', verbs: [add, list, remove] }

const nameOf = ({ args: [name = ''] }: CliContext): string => name

function roleOf({ options }: CliContext): (typeof roles)[number] {
  const parsed = roleSchema.safeParse(options['role'])
  if (parsed.success) return parsed.data
  throw new EzrecError('invalid', 'there is no such role', { hint: `choose one of ${roles.join(', ')}` })
}

const tell = ({ json, out, print }: CliContext, document: unknown, line: string): void => (json ? out(document) : print(line))
