// Tests of the whole path that failed are run once more, alone: a dozen real programs that share two processors with two other tests, on a host
// that others use, can miss a deadline that the box would keep. A test that fails again has failed; one that passes is told by name as unsteady.
// Never looks again at quick tests, nor at more than a few: then it is not the machine's fault (docs/decisions/0018).

import type { TestGroup } from './plan.ts'
import type { TestResult } from './result.ts'
import type { GroupResult } from './run-group.ts'

/** More failures than this in one run are no accident. */
export const mostSecondLooks = 3

export type SecondLook = (group: TestGroup) => Promise<GroupResult>

/** The results, with those replaced that came out otherwise alone. */
export async function lookAgain(group: TestGroup, first: GroupResult, run: SecondLook): Promise<GroupResult> {
  const failed = first.results.filter(({ outcome }) => outcome === 'failed')
  const doubtful = failed.filter(({ file }) => group.files.includes(file))
  if (!group.secondLook || doubtful.length < failed.length || failed.length > mostSecondLooks) return first
  const steadied = new Map<TestResult, TestResult>()
  for (const result of doubtful) {
    const own = result.name.split(' > ').at(-1) ?? result.name
    const again = await run({ ...group, name: `${result.file}, alone`, files: [result.file], concurrency: 1, namePart: own })
    const found = again.results.filter(({ name }) => name === result.name)
    if (found.length === 1 && again.results.every(({ outcome }) => outcome === 'passed'))
      steadied.set(result, { ...result, outcome: 'passed', unsteady: true })
  }
  return { ...first, results: first.results.map((result) => steadied.get(result) ?? result) }
}
