// A folder of a test's own, gone when the test is over.
// Never left behind: dispose it with `using`.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

export type TemporaryFolder = Disposable & { readonly path: string; file(...names: readonly string[]): string }

export function temporaryFolder(): TemporaryFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'ezrec-test-'))
  return {
    path: folder,
    file: (...names) => path.join(folder, ...names),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
