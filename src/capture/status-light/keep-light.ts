// Keeps the light on the court right while the recorder lives: looks twice a second at what the takes tell and says it to the light's holder.
// Never in capture's way: a light that is broken is told once, and footage does not depend on it.

import { fileURLToPath } from 'node:url'
import type { LightPlace } from '../../../config/values.ts'
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import { startChild, type Child } from '../../base/process.ts'
import { backoffMs } from '../../base/retry.ts'
import type { Rig } from '../camera-service.ts'
import type { SegmentLog } from '../segment-log.ts'
import { lightFor, openPictureWatch, type Light } from './light.ts'

export type KeepLightOptions = {
  readonly place: Exclude<LightPlace, { kind: 'off' }>
  /** Where the kernel shows its LEDs; a test may show others. */
  readonly ledsFolder?: string | undefined
  readonly segments: SegmentLog
  /** Since when a capture is wanted, on the monotonic clock. */
  readonly wantedSinceUs: () => number | undefined
  readonly startMs: number
  readonly clock: Clock
  readonly log: Logger
}

const lookMs = 500

/** Resolves when the signal has aborted and the light is out. Never rejects. */
export async function keepLight(options: KeepLightOptions, signal: AbortSignal): Promise<void> {
  const { segments, wantedSinceUs, startMs, clock, log } = options
  const watch = openPictureWatch()
  const holder = keepHolder(options, signal)
  while (!signal.aborted) {
    await segments.refresh().catch((error: unknown) => log.debug({ err: error }, 'the takes could not be looked at for the light'))
    const nowUs = clock.monotonicUs()
    const sinceUs = wantedSinceUs()
    const wantedMs = sinceUs === undefined ? undefined : (nowUs - sinceUs) / 1_000
    holder.show(lightFor({ wantedMs, pictures: watch.look(segments.takes, nowUs), startMs }))
    await clock.sleep(lookMs, signal)
  }
  await holder.over
}

/** The rig, and since when it captures: from the word to begin until the word to end. */
export function watchRig(rig: Rig, clock: Clock): { readonly rig: Rig; readonly wantedSinceUs: () => number | undefined } {
  let sinceUs: number | undefined
  return {
    rig: {
      ...rig,
      capture: async (signal) => {
        sinceUs = clock.monotonicUs()
        const end = (): void => void (sinceUs = undefined)
        signal.addEventListener('abort', end, { once: true })
        await rig.capture(signal).finally(end)
      },
    },
    wantedSinceUs: () => sinceUs,
  }
}

const program = fileURLToPath(new URL('main.ts', import.meta.url))

/** A process of its own, because it must put the light out when this one is killed; started again when it ends. */
function keepHolder(
  { place, ledsFolder, clock, log }: KeepLightOptions,
  signal: AbortSignal,
): { show(light: Light): void; readonly over: Promise<void> } {
  let shown: Light = 'off'
  let child: Child | undefined
  const setting = textOf(place)
  const say = (): void => void child?.stdin?.write(`${shown}\n`)
  const live = async (): Promise<void> => {
    for (let lives = 0; !signal.aborted; lives += 1) {
      child = await startChild(process.execPath, [program, setting, ...(ledsFolder === undefined ? [] : [ledsFolder])], {
        stdin: 'pipe',
        onStderrLine: (line) => log.warn({ light: setting, line }, 'the status light says'),
      }).catch((error: unknown) => {
        log.warn({ light: setting, line: messageOf(error) }, 'the status light says')
        return undefined
      })
      say()
      const end = (): void => void child?.stdin?.end()
      signal.addEventListener('abort', end, { once: true })
      if (signal.aborted) end()
      const late = new AbortController()
      signal.addEventListener('abort', () => void endLate(child, clock, late.signal), { once: true, signal: late.signal })
      await child?.exited
      late.abort()
      signal.removeEventListener('abort', end)
      child = undefined
      await clock.sleep(500 + backoffMs(lives, { baseMs: 500, capMs: 30_000 }), signal)
    }
  }
  return {
    show: (light) => {
      if (light === shown) return
      shown = light
      say()
    },
    over: live(),
  }
}

/** One that cannot put its lamp out must not hold up the recorder's end. */
async function endLate(child: Child | undefined, clock: Clock, over: AbortSignal): Promise<void> {
  await clock.sleep(2_000, over)
  if (!over.aborted) await child?.stop()
}

const textOf = (place: KeepLightOptions['place']): string =>
  place.kind === 'led' ? `led:${place.name}` : `gpio:${place.chip === undefined ? '' : `${place.chip}/`}${place.line}`
