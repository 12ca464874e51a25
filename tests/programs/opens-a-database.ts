// Opens a database as every service does at its start, and closes it again: made and brought up to date if need be.
// Its one argument is the file.

import { openDatabase } from '../../src/adapters/sqlite.ts'

openDatabase(process.argv[2] ?? '').close()
