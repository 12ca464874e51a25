import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { openDatabase } from '../../src/adapters/sqlite.ts'
import { isPassword } from '../../src/api/people/password.ts'
import { runChild } from '../../src/base/process.ts'
import { pinsNow } from '../../src/share/court-pin.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { repositoryFolder } from '../cli.ts'

test('a PIN made in the shell is that of the booking, told once; a second one ends it, and both stand in the audit', async () => {
  using home = temporaryFolder()
  const ezrec = async (...args: string[]): Promise<string> => {
    const program = path.join(repositoryFolder, 'bin', 'ezrec.ts')
    const { code, stdout, stderr } = await runChild(process.execPath, [program, '--home', home.path, 'booking', ...args], {
      timeoutMs: 60_000,
    })
    assert.equal(code, 0, stderr)
    return stdout.toString()
  }
  const added = await ezrec('add', '--start', '2031-05-02T19:30Z', '--minutes', '90', '--json')
  const { id } = z.object({ id: z.string() }).parse(JSON.parse(added))
  const [, first = ''] = /^(\d{6}) {2}http:\/\/\S+\/court\n$/.exec(await ezrec('pin', id)) ?? []
  const { pin, url } = z.object({ pin: z.string(), url: z.url() }).parse(JSON.parse(await ezrec('pin', id, '--json')))
  assert.match(url, /\/court$/)
  using db = openDatabase(home.file('ezrec.sqlite'))
  const [held] = pinsNow(db, Date.UTC(2031, 4, 2, 19, 20))
  assert.equal(held?.bookingId, id)
  assert.deepEqual([await isPassword(pin, held?.pinHash), await isPassword(first, held?.pinHash)], [true, false])
  const audit = db.all("select who, subject_id from audit where what = 'pin.made'")
  assert.deepEqual(
    audit.map((row) => [row['who'], row['subject_id']]),
    [1, 2].map(() => ['shell', id]),
  )
})
