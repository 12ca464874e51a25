import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeClock } from '../../tests/fake-clock.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { silentLogger } from '../base/logger.ts'
import type { SideLook } from './camera-look.ts'
import { keepCameraLook } from './keep-camera-look.ts'
import { readLook } from './look-file.ts'

const seen = { source: 'auto', kind: 'v4l2', ready: true, fault: null, hint: null, remarks: [] } as const
const left: SideLook = { ...seen, camera: 'left' }
const right: SideLook = { ...seen, camera: 'right' }
const lost: SideLook = { ...right, ready: false, fault: 'no camera is connected', hint: 'plug it in' }

/** One look after the other, as the machine stands at each; what the file says after it. */
async function lookAt(
  days: readonly { sides?: readonly SideLook[]; wanted?: boolean; wantedAfter?: boolean }[],
): Promise<(string[] | undefined)[]> {
  using folder = temporaryFolder()
  const file = folder.file('look.json')
  const clock = fakeClock(0)
  const end = new AbortController()
  const told: (string[] | undefined)[] = []
  let n = 0
  let isWanted = days[0]?.wanted ?? false
  await keepCameraLook(
    {
      file,
      clock: {
        ...clock,
        sleep: async (ms) => {
          assert.ok(ms <= 25_000, 'two looks are over within a minute')
          told.push((await readLook(file))?.map(({ subject, message }) => `${subject} ${message}`))
          n += 1
          isWanted = days[n]?.wanted ?? false
          if (n === days.length) end.abort()
        },
      },
      log: silentLogger(),
      areWanted: () => isWanted,
      look: async () => {
        const { sides, wantedAfter = false } = days[n] ?? {}
        isWanted = wantedAfter
        if (!sides) throw new Error('the probe hangs')
        return sides
      },
    },
    end.signal,
  )
  return told
}

const gone = 'right auto: no camera is connected'

test('a camera that is missing at two looks is told, and is well as soon as it is back', async () => {
  assert.deepEqual(await lookAt([{ sides: [left, lost] }, { sides: [left, lost] }, { sides: [left, right] }]), [[], [gone], []])
})

test('one that is away for a moment is not told', async () => {
  const away = { sides: [left, lost] }
  assert.deepEqual(await lookAt([{ sides: [left, right] }, away, { sides: [left, right] }, away]), [[], [], [], []])
})

test('nobody looks while the cameras are wanted, and what was seen when they became so does not count', async () => {
  const away = { sides: [left, lost] }
  assert.deepEqual(await lookAt([{ wanted: true }, { ...away, wantedAfter: true }, away]), [undefined, undefined, []])
})

test('a look that fails says nothing, and the next one is taken all the same', async () => {
  assert.deepEqual(await lookAt([{ sides: [left, lost] }, {}, { sides: [left, lost] }]), [[], [], [gone]])
})
