// The invariants of the box as one list: `fsck`, the lab and the tests ask the same questions.
// Which invariant is which: docs/design/lifecycle.md.

import type { Oracle } from './oracle.ts'
import { coverageOracle } from './oracles/coverage.ts'
import { databaseOracle } from './oracles/database.ts'
import { filesHaveRowsOracle } from './oracles/files-have-rows.ts'
import { honestStatusOracle } from './oracles/honest-status.ts'
import { oneObjectOracle } from './oracles/one-object.ts'
import { publishedOracle } from './oracles/published.ts'
import { rowsHaveFilesOracle } from './oracles/rows-have-files.ts'

export const oracles: readonly Oracle[] = [
  databaseOracle,
  coverageOracle,
  rowsHaveFilesOracle,
  filesHaveRowsOracle,
  publishedOracle,
  oneObjectOracle,
  honestStatusOracle,
]
