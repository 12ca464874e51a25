// The program that holds the light for a recorder: a word a line on standard input (off, on, blink), and dark when that input ends, so that
// a recorder that was killed leaves no light that lies. Arguments: the setting, and the folder of the kernel's LEDs.
// Says on standard error what is wrong with the lamp, once until it is mended; goes on trying.

import { createInterface } from 'node:readline'
import { z } from 'zod'
import { lightPlace } from '../../../config/values.ts'
import { openLamp, type Lamp } from '../../adapters/lamp.ts'
import { systemClock } from '../../base/clock.ts'
import { EzrecError, messageOf } from '../../base/errors.ts'

const lightWord = z.enum(['off', 'on', 'blink'])

const halfPeriodMs = 500

/** Shows what `shown` says, twice a second and at each change, until the signal aborts. */
async function holdLight(lamp: Lamp, shown: () => z.infer<typeof lightWord>, changed: () => AbortSignal, over: AbortSignal): Promise<void> {
  const mention = mentionOnce()
  for (let beat = 0; !over.aborted; beat += 1) {
    const light = shown()
    const wake = changed()
    await lamp.set(light === 'on' || (light === 'blink' && beat % 2 === 0)).then(
      () => mention(undefined),
      (error: unknown) => mention(error),
    )
    await systemClock.sleep(halfPeriodMs, AbortSignal.any([over, wake]))
  }
}

function mentionOnce(): (error: unknown) => void {
  let last = ''
  return (error) => {
    const words = error === undefined ? '' : [messageOf(error), ...(error instanceof EzrecError ? [error.hint] : [])].join('; ')
    if (words !== last) process.stderr.write(words === '' ? 'the light works again\n' : `${words}\n`)
    last = words
  }
}

if (import.meta.main) {
  const over = new AbortController()
  let shown: z.infer<typeof lightWord> = 'off'
  let change = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => over.abort())
  process.stderr.on('error', () => undefined) // the one who listened may have been killed
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      const word = lightWord.safeParse(line)
      if (!word.success) return
      shown = word.data
      change.abort()
      change = new AbortController()
    })
    .once('close', () => over.abort())
  const place = lightPlace.parse(process.argv[2])
  if (place.kind !== 'off') {
    const lamp = openLamp(place, process.argv[3])
    await holdLight(
      lamp,
      () => shown,
      () => change.signal,
      over.signal,
    )
    await lamp[Symbol.asyncDispose]().catch(() => undefined) // it has been told, and nobody may be left to hear it
  }
  process.stdin.destroy()
}
