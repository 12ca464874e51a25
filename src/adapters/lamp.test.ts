import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { temporaryFolder, type TemporaryFolder } from '../../tests/temporary-folder.ts'
import { gpiosetArguments, lampFault, ledNames, openLamp } from './lamp.ts'

/** A folder that looks like one of /sys/class/leds. */
function makeLed(leds: TemporaryFolder, name: string, brightest: number): (file: string) => string {
  mkdirSync(leds.file(name))
  for (const [file, text] of Object.entries({ brightness: '1\n', max_brightness: `${brightest}\n`, trigger: 'none [mmc0] timer\n' }))
    writeFileSync(leds.file(name, file), text)
  return (file) => readFileSync(leds.file(name, file), 'utf8')
}

test('a LED is lit to its own brightest, taken from what switched it before, and dark when it is let go', async () => {
  using leds = temporaryFolder()
  const read = makeLed(leds, 'ACT', 255)
  const lamp = openLamp({ kind: 'led', name: 'ACT' }, leds.path)
  await lamp.set(true)
  assert.deepEqual([read('trigger'), read('brightness')], ['none', '255'])
  await lamp.set(false)
  assert.equal(read('brightness'), '0')
  await lamp.set(true)
  await lamp[Symbol.asyncDispose]()
  assert.equal(read('brightness'), '0')
})

test('a LED that is not there is told with those that are, and no file is made for it', async () => {
  using leds = temporaryFolder()
  makeLed(leds, 'PWR', 1)
  makeLed(leds, 'ACT', 1)
  const lamp = openLamp({ kind: 'led', name: 'green' }, leds.path)
  await assert.rejects(lamp.set(true), { code: 'not_found', hint: 'there are ACT, PWR' })
  assert.deepEqual(await ledNames(leds.path), ['ACT', 'PWR'])
  assert.equal((await lampFault({ kind: 'led', name: 'green' }, leds.path))?.hint, 'there are ACT, PWR')
  assert.equal(await lampFault({ kind: 'led', name: 'PWR' }, leds.path), undefined)
})

test('a machine without LEDs says so', async () => {
  using leds = temporaryFolder()
  const lamp = openLamp({ kind: 'led', name: 'ACT' }, leds.file('none'))
  await assert.rejects(lamp.set(true), { code: 'not_found', hint: /has no LEDs/ })
})

test('both versions of gpioset are told to hold the line, each in its words', () => {
  assert.deepEqual(gpiosetArguments(1, { chip: 'gpiochip0', line: '17' }, true), ['--mode=signal', 'gpiochip0', '17=1'])
  assert.deepEqual(gpiosetArguments(2, { chip: 'gpiochip4', line: '17' }, false), ['--consumer', 'ezrec', '--chip', 'gpiochip4', '17=0'])
  assert.deepEqual(gpiosetArguments(2, { line: 'GPIO17' }, true), ['--consumer', 'ezrec', 'GPIO17=1'])
})
