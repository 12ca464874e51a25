import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { boardOf, readBoard } from './board.ts'

test('a board is known by the name that it gives itself', () => {
  for (const [model, kind] of [
    ['Raspberry Pi 5 Model B Rev 1.0\0', 'pi5'],
    ['Raspberry Pi 500 Rev 1.0\0', 'pi5'],
    ['Raspberry Pi Compute Module 5 Rev 1.0\0', 'pi5'],
    ['Raspberry Pi 4 Model B Rev 1.4\0', 'pi4'],
    ['Raspberry Pi 400 Rev 1.0\0', 'pi4'],
    ['Raspberry Pi Compute Module 4 Rev 1.1\0', 'pi4'],
    ['Raspberry Pi Compute Module 4S Rev 1.0\0', 'pi4'],
    ['Raspberry Pi 3 Model B Plus Rev 1.3\0', 'pi-older'],
    ['Raspberry Pi Zero 2 W Rev 1.0\0', 'pi-older'],
    ['Radxa ROCK 5B\0', 'other'],
    ['', 'other'],
  ] as const)
    assert.equal(boardOf(model).kind, kind, model)
})

test('a computer without a device tree is an ordinary one', async () => {
  using folder = temporaryFolder()
  assert.equal((await readBoard(folder.file('none'))).kind, 'other')
  writeFileSync(folder.file('model'), 'Raspberry Pi 5 Model B Rev 1.1\0')
  assert.deepEqual(await readBoard(folder.file('model')), { kind: 'pi5', model: 'Raspberry Pi 5 Model B Rev 1.1' })
})
