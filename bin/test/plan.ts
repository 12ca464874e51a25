// Which test files run, in which order and how many at once.
// Never looks at the disk: it is given the names.

export type TestGroup = {
  readonly name: string
  readonly files: readonly string[]
  /** How many files run at the same time. */
  readonly concurrency: number
  /** The longest that one test may take. */
  readonly timeoutMs: number
  /** Run only the tests whose names contain this. */
  readonly namePart?: string
  /** What fails in it is run once more, alone. */
  readonly secondLook?: boolean
}

/** Folders whose tests start whole programs and mostly wait for them: after the quick ones have passed judgement, and more at a time than there are
 *  processors in a small machine. */
const heavyFolders = ['tests/path/', 'tests/happened/']

/** `files` are paths relative to the clone. A pattern first selects by path; where no path has it, by the names of tests within (`textOf`). */
export function planTests(files: readonly string[], pattern?: string, textOf: (file: string) => string = () => ''): TestGroup[] {
  const all = files.filter(isTest).toSorted()
  if (pattern === undefined) return group(all)
  const byPath = all.filter((file) => file.includes(pattern))
  if (byPath.length > 0) return group(byPath)
  return group(all.filter((file) => textOf(file).includes(pattern))).map((found) => ({ ...found, namePart: pattern }))
}

const isTest = (file: string): boolean => file.endsWith('.test.ts')

function group(files: readonly string[]): TestGroup[] {
  const isHeavy = (file: string): boolean => heavyFolders.some((folder) => file.startsWith(folder))
  const groups: TestGroup[] = [
    { name: 'beside the code', files: files.filter((file) => !isHeavy(file)), concurrency: 2, timeoutMs: 300_000 },
    { name: 'whole path', files: files.filter(isHeavy), concurrency: 4, timeoutMs: 900_000, secondLook: true },
  ]
  return groups.filter((found) => found.files.length > 0)
}
