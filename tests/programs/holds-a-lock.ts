// Takes the write lock of the database it is given, says so, and keeps it for as long as it lives.
// Never writes anything and never lets go by itself.

import { DatabaseSync } from 'node:sqlite'

const db = new DatabaseSync(process.argv[2] ?? '', { timeout: 30_000 })
db.exec('begin immediate')
process.stdout.write('held\n')
process.stdin.resume()
