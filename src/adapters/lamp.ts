// One lamp that is lit or dark: a LED of the kernel's, or a GPIO line that gpioset holds. Source: Documentation/leds/leds-class, gpioset(1).
// Never decides when it is lit. A line keeps what it was last told while its holder lives; afterwards a Raspberry Pi's own kernel leaves it so,
// other kernels make it an input: so a lamp is always put out before it is let go.

import { constants } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { LightPlace } from '../../config/values.ts'
import { EzrecError, errnoOf } from '../base/errors.ts'
import { runChild, startChild, type Child } from '../base/process.ts'

export type Lamp = {
  /** Safe to repeat: somebody else may have changed it meanwhile. Errors: `not_found`, `forbidden`, `conflict`, `program_missing`, `timeout`. */
  set(lit: boolean): Promise<void>
  /** Puts it out. */
  [Symbol.asyncDispose](): Promise<void>
}

export const kernelLeds = '/sys/class/leds'

export function openLamp(place: Exclude<LightPlace, { kind: 'off' }>, ledsFolder = kernelLeds): Lamp {
  return place.kind === 'led' ? openLed(place.name, ledsFolder) : openLine(place)
}

/** The LEDs that there are. */
export async function ledNames(ledsFolder = kernelLeds): Promise<readonly string[]> {
  const names = await readdir(ledsFolder).catch((): string[] => []) // no such folder: no LEDs
  return names.toSorted((a, b) => a.localeCompare(b, 'en'))
}

/** What is wrong with a lamp that is asked for, without switching it; `undefined` when nothing is. */
export async function lampFault(place: LightPlace, ledsFolder = kernelLeds): Promise<EzrecError | undefined> {
  if (place.kind === 'off') return undefined
  if (place.kind === 'led') {
    const names = await ledNames(ledsFolder)
    return names.includes(place.name) ? undefined : noLed(place.name, names)
  }
  try {
    const { version, at } = await lookUp(place)
    if (version === 1) return undefined
    const { code, stderr } = await runChild('gpioinfo', [...(at.chip === undefined ? [] : ['--chip', at.chip]), at.line], {
      timeoutMs: 5_000,
    })
    return code === 0 ? undefined : lineError(place, stderr)
  } catch (error) {
    if (error instanceof EzrecError) return error
    throw error
  }
}

function openLed(name: string, ledsFolder: string): Lamp {
  const file = (what: string): string => path.join(ledsFolder, name, what)
  const set = async (lit: boolean): Promise<void> => {
    try {
      await tell(file('trigger'), 'none') // else the card, the network or a timer goes on switching it
      await tell(file('brightness'), lit ? (await readFile(file('max_brightness'), 'utf8')).trim() : '0')
    } catch (error) {
      throw await ledError(error, name, ledsFolder)
    }
  }
  return { set, [Symbol.asyncDispose]: () => set(false) }
}

/** Never makes a file: what is not there is no LED. */
const tell = (file: string, text: string): Promise<void> => writeFile(file, text, { flag: constants.O_WRONLY | constants.O_TRUNC })

async function ledError(error: unknown, name: string, ledsFolder: string): Promise<unknown> {
  if (errnoOf(error) === 'ENOENT') return noLed(name, await ledNames(ledsFolder))
  if (errnoOf(error) === 'EACCES' || errnoOf(error) === 'EPERM')
    return new EzrecError('forbidden', `the LED ${name} may not be switched by this user`, {
      hint: `give this user the right to write ${path.join(ledsFolder, name, 'brightness')} and trigger, for instance by a udev rule`,
      cause: error,
    })
  return error
}

function noLed(name: string, names: readonly string[]): EzrecError {
  const hint = names.length === 0 ? 'this machine has no LEDs: take a GPIO line, or off' : `there are ${names.join(', ')}`
  return new EzrecError('not_found', `there is no LED ${name}`, { hint })
}

type Line = { readonly line: string; readonly chip?: string }

/** What makes gpioset drive a line until it is ended. Version 2 knows lines by name; version 1 wants a chip and a number. Pure. */
export function gpiosetArguments(version: 1 | 2, { chip, line }: Line, lit: boolean): readonly string[] {
  const value = `${line}=${lit ? 1 : 0}`
  if (version === 1) return ['--mode=signal', chip ?? '', value]
  return ['--consumer', 'ezrec', ...(chip === undefined ? [] : ['--chip', chip]), value]
}

function openLine(wanted: Line): Lamp {
  let known: { readonly version: 1 | 2; readonly at: Line } | undefined
  let held: { readonly lit: boolean; readonly holder: Child } | undefined
  const letGo = async (): Promise<void> => {
    await held?.holder.stop()
    held = undefined
  }
  const set = async (lit: boolean): Promise<void> => {
    if (held?.lit === lit) return
    known ??= await lookUp(wanted)
    await letGo() // a line has one holder
    const { version, at } = known
    // A holder whose parent was killed would keep the line for ever.
    const holder = await startChild('setpriv', ['--pdeathsig', 'TERM', 'gpioset', ...gpiosetArguments(version, at, lit)])
    const mine = { lit, holder }
    held = mine
    const ended = holder.exited.then(() => {
      if (held === mine) held = undefined
      return 'ended' as const
    })
    if ((await Promise.race([ended, soon()])) === 'ended') throw lineError(wanted, holder.stderrTail())
  }
  return {
    set,
    [Symbol.asyncDispose]: async () => {
      await set(false).finally(letGo)
    },
  }
}

/** A gpioset that cannot have its line says so at once. */
const soon = (): Promise<'holds'> => new Promise((resolve) => setTimeout(() => resolve('holds'), 150))

async function lookUp(wanted: Line): Promise<{ readonly version: 1 | 2; readonly at: Line }> {
  const { stdout } = await runChild('gpioset', ['--version'], { timeoutMs: 5_000 }).catch((error: unknown) => {
    throw error instanceof EzrecError && error.code === 'program_missing'
      ? new EzrecError('program_missing', 'a GPIO line needs the program gpioset', { hint: 'apt install gpiod', cause: error })
      : error
  })
  const version = /\bv1\./.test(stdout.toString('utf8')) ? 1 : 2
  if (version === 2 || wanted.chip !== undefined) return { version, at: wanted }
  const found = await runChild('gpiofind', [wanted.line], { timeoutMs: 5_000 })
  const [, chip, line] = /^(gpiochip\d+) (\d+)\s*$/.exec(found.stdout.toString('utf8')) ?? []
  if (chip === undefined || line === undefined) throw lineError(wanted, `cannot find line ${wanted.line}`)
  return { version, at: { chip, line } }
}

/** By the words of gpioset 1.6 and 2.2. */
function lineError({ chip, line }: Line, said: string): EzrecError {
  const name = chip === undefined ? line : `${chip}/${line}`
  const facts = { stderr: said.trim().slice(-200) }
  if (/busy/i.test(said))
    return new EzrecError('conflict', `somebody else holds the GPIO line ${name}`, {
      hint: 'gpioinfo tells who; choose another line',
      facts,
    })
  if (/permission|not permitted/i.test(said))
    return new EzrecError('forbidden', `the GPIO line ${name} may not be used by this user`, {
      hint: 'add the user to the group gpio',
      facts,
    })
  return new EzrecError('not_found', `there is no GPIO line ${name}`, { hint: 'gpioinfo lists the lines by name, chip and number', facts })
}
