import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { installGpioset } from '../../../tests/programs/gpioset-folder.ts'
import { until } from '../../../tests/until.ts'
import { temporaryFolder, type TemporaryFolder } from '../../../tests/temporary-folder.ts'
import { startChild, type Child } from '../../base/process.ts'

const program = path.join(import.meta.dirname, 'main.ts')

type Holder = AsyncDisposable & { readonly child: Child; readonly said: string[]; show(word: string): void }

async function startHolder(setting: string, { leds = '/none', searchPath = process.env['PATH'] ?? '' } = {}): Promise<Holder> {
  const said: string[] = []
  const child = await startChild(process.execPath, [program, setting, leds], {
    stdin: 'pipe',
    env: { PATH: searchPath },
    onStderrLine: (line) => void said.push(line),
  })
  return {
    child,
    said,
    show: (word) => void child.stdin?.write(`${word}\n`),
    [Symbol.asyncDispose]: async () => void (await child.stop()),
  }
}

function makeLed(folder: TemporaryFolder): () => string {
  mkdirSync(folder.file('ACT'), { recursive: true })
  for (const [file, text] of Object.entries({ brightness: '1', max_brightness: '1', trigger: '[mmc0]' }))
    writeFileSync(folder.file('ACT', file), text)
  return () => readFileSync(folder.file('ACT', 'brightness'), 'utf8')
}

test('the light begins dark, shows what it is told, and is dark when nobody is left to tell', async () => {
  using leds = temporaryFolder()
  const brightness = makeLed(leds)
  await using holder = await startHolder('led:ACT', { leds: leds.path })
  await until(() => brightness() === '0', 'dark, though an earlier life had left it lit')
  holder.show('on')
  await until(() => brightness() === '1', 'lit')
  holder.child.stdin?.end() // as when the recorder is killed
  await holder.child.exited
  assert.equal(brightness(), '0')
  assert.deepEqual(holder.said, [])
})

test('a blinking light is lit and dark in turn', async () => {
  using leds = temporaryFolder()
  const brightness = makeLed(leds)
  await using holder = await startHolder('led:ACT', { leds: leds.path })
  holder.show('blink')
  for (const wanted of ['1', '0', '1', '0']) await until(() => brightness() === wanted, `it becomes ${wanted}`)
})

test('a LED that goes and comes back is told once each, and shines again', async () => {
  using leds = temporaryFolder()
  const brightness = makeLed(leds)
  await using holder = await startHolder('led:ACT', { leds: leds.path })
  holder.show('on')
  await until(() => brightness() === '1', 'lit')
  rmSync(leds.file('ACT'), { recursive: true })
  await until(() => holder.said.length === 1, 'told')
  makeLed(leds)
  writeFileSync(leds.file('ACT', 'brightness'), '0')
  await until(() => brightness() === '1', 'lit again')
  await until(() => holder.said.length === 2, 'told')
  assert.match(holder.said[0] ?? '', /there is no LED ACT/)
  assert.equal(holder.said[1], 'the light works again')
})

for (const version of [1, 2] as const)
  for (const setting of ['gpio:GPIO17', 'gpio:gpiochip0/17'])
    test(`gpioset ${version}: ${setting} is driven while the recorder lives, and driven low before it is let go`, async () => {
      using folder = temporaryFolder()
      const gpio = installGpioset(folder.path, version)
      const holder = await startHolder(setting, { searchPath: gpio.path })
      await until(() => gpio.told().length === 1, 'driven')
      holder.show('on')
      await until(() => gpio.told().length === 2, 'lit')
      await holder.child.stop()
      assert.deepEqual([gpio.told(), holder.said], [['0', '1', '0'], []])
    })

test('a line that somebody else holds is told and taken once it is free', async () => {
  using folder = temporaryFolder()
  const gpio = installGpioset(folder.path, 2)
  const [program_ = '', ...args] = gpio.takeLine
  await using other = await startChild(program_, args)
  await using holder = await startHolder('gpio:GPIO17', { searchPath: gpio.path })
  holder.show('on')
  await until(() => holder.said.length === 1, 'told')
  assert.match(holder.said[0] ?? '', /somebody else holds the GPIO line GPIO17; /)
  await other.stop()
  await until(() => gpio.told().at(-1) === '1', 'lit')
})

test('a holder that is killed leaves no gpioset behind that would keep the line for ever', async () => {
  using folder = temporaryFolder()
  const gpio = installGpioset(folder.path, 2)
  await using first = await startHolder('gpio:GPIO17', { searchPath: gpio.path })
  first.show('on')
  await until(() => gpio.told().at(-1) === '1', 'lit')
  first.child.kill('SIGKILL')
  await first.child.exited
  await using next = await startHolder('gpio:GPIO17', { searchPath: gpio.path })
  await until(() => gpio.told().at(-1) === '0', 'taken, and put out')
  assert.equal(next.child.pid > 0, true)
})

test('a line that there is not, and a machine without gpioset, are told with the mend', async () => {
  using folder = temporaryFolder()
  await using unknown = await startHolder('gpio:GPIO99', { searchPath: installGpioset(folder.file('one'), 1).path })
  await until(() => unknown.said.length === 1, 'told')
  assert.match(unknown.said[0] ?? '', /there is no GPIO line GPIO99; gpioinfo lists/)
  await using without = await startHolder('gpio:GPIO17', { searchPath: folder.path })
  await until(() => without.said.length === 1, 'told')
  assert.match(without.said[0] ?? '', /needs the program gpioset; apt install gpiod/)
})
