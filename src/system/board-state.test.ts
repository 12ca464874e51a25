import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { boardChanges, boardStateOf, isStrained, type BoardState } from './board-state.ts'

const quiet = { flags: undefined, lowVoltage: undefined, celsius: undefined }
const now = ({ now: troubles }: BoardState): string[] => [...troubles]

test('the flags of a Raspberry Pi are read bit by bit: this moment and since the boot', () => {
  const state = boardStateOf({ ...quiet, flags: 0x50005 })
  assert.deepEqual(
    [now(state), [...state.sinceBoot]],
    [
      ['undervoltage', 'throttled'],
      ['undervoltage', 'throttled'],
    ],
  )
  const over = boardStateOf({ ...quiet, flags: 0xa0000 })
  assert.deepEqual([now(over), [...over.sinceBoot]], [[], ['frequency-capped', 'hot']])
})

test('a board that tells nothing has no trouble that is known', () => {
  assert.deepEqual(now(boardStateOf(quiet)), [])
})

test("the kernel's alarm is undervoltage, too", () => {
  assert.deepEqual(now(boardStateOf({ ...quiet, lowVoltage: true })), ['undervoltage'])
})

test('heat begins at 80 degrees and ends at 75, so that a board on the border is not told over and over', () => {
  let state: BoardState | undefined
  const changes = [79.9, 80, 79, 75.1, 80.5, 75, 79].flatMap((celsius) => {
    const after = boardStateOf({ ...quiet, celsius }, state)
    const changed = boardChanges(state, after)
    state = after
    return changed.map(({ trouble, is }) => `${celsius} ${trouble} ${is}`)
  })
  assert.deepEqual(changes, ['80 hot began', '75 hot ended'])
})

test('a dip between two looks is told by what the firmware remembers', () => {
  const [before, after] = [boardStateOf({ ...quiet, flags: 0 }), boardStateOf({ ...quiet, flags: 0x10000 })]
  assert.deepEqual(boardChanges(before, after), [{ trouble: 'undervoltage', is: 'passed' }])
  assert.deepEqual(boardChanges(undefined, after), [], 'it may have been before the first look')
  assert.deepEqual(boardChanges(after, after), [])
})

test('whatever the flags do, a trouble begins before it ends and is told once each', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xf }), { maxLength: 30 }), (looks) => {
      let state: BoardState | undefined
      const open = new Set<string>()
      for (const flags of looks) {
        const after = boardStateOf({ ...quiet, flags }, state)
        for (const { trouble, is } of boardChanges(state, after)) {
          assert.equal(open.has(trouble), is === 'ended')
          if (is === 'began') open.add(trouble)
          else open.delete(trouble)
        }
        assert.deepEqual([...open].toSorted(), now(after).toSorted())
        state = after
      }
    }),
  )
})

test('heat, and what the board does about it, ask for less work; a weak supply alone does not', () => {
  const strained = (flags: number, celsius = 50): boolean => isStrained(boardStateOf({ ...quiet, flags, celsius }))
  assert.deepEqual([strained(0b0010), strained(0b0100), strained(0b1000), strained(0, 80)], [true, true, true, true])
  assert.deepEqual([strained(0b0001), strained(0xf0000), strained(0, 79)], [false, false, false])
})
