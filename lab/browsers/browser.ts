// What a browser is to the experiment, and what it does on a share page: plays from the first second, goes to the last, waits and goes on.
// Never knows which browser it is.

import { z } from 'zod'

export type LabBrowser = AsyncDisposable & {
  readonly name: string
  readonly version: string
  /** Resolves when the page is loaded; whatever its status. */
  open(url: string): Promise<void>
  /** Runs an expression in the page that gives a promise of JSON text. */
  ask(expression: string): Promise<string>
  /** A PNG of what is seen. */
  picture(): Promise<Buffer>
}

const seen = z.object({
  duration: z.number(),
  width: z.number(),
  /** Position after having played from the beginning, and after having gone to the last second. */
  played: z.number(),
  atEnd: z.number(),
  fault: z.string().nullable(),
})
export type Seen = z.infer<typeof seen>

/** In a page; `null` when there is no film in it. Bounded by its own clock: a film that does not move is a fault. */
const watching = `(async () => {
  const video = document.querySelector('video')
  if (!video) return 'null'
  const until = async (holds) => {
    for (let n = 0; n < 300 && !holds() && !video.error; n += 1) await new Promise((resolve) => setTimeout(resolve, 100))
    return holds()
  }
  const faults = []
  video.muted = true
  await until(() => video.readyState > 0)
  await video.play().catch((error) => faults.push(String(error)))
  if (!(await until(() => video.currentTime > 1))) faults.push('it does not play from its beginning')
  const played = video.currentTime
  video.currentTime = Math.max(0, video.duration - 0.6)
  if (!(await until(() => video.ended || video.currentTime > video.duration - 0.2))) faults.push('it does not play its last second')
  const atEnd = video.currentTime
  if (video.error) faults.push('media error ' + video.error.code)
  return JSON.stringify({ duration: video.duration, width: video.videoWidth, played, atEnd, fault: faults[0] ?? null })
})()`

export async function watch(browser: LabBrowser): Promise<Seen | undefined> {
  const told: unknown = JSON.parse(await browser.ask(watching))
  return told === null ? undefined : seen.parse(told)
}

/** Plays a while, pauses, does `meanwhile`, goes on to the end: where it was, where it went on and where it is then. */
export async function pauseAndGoOn(browser: LabBrowser, meanwhile: () => Promise<void>): Promise<{ at: number; on: number; end: number }> {
  const moved = z.object({ at: z.number() })
  const step = async (body: string): Promise<number> =>
    moved.parse(
      JSON.parse(
        await browser.ask(
          `(async () => { const video = document.querySelector('video'); ${body}; return JSON.stringify({ at: video.currentTime }) })()`,
        ),
      ),
    ).at
  const until = (holds: string, goesOn = 'n < 600'): string =>
    `for (let n = 0; ${goesOn} && !(${holds}); n += 1) await new Promise((resolve) => setTimeout(resolve, 50))`
  const at = await step(
    `video.muted = true; video.currentTime = 0; video.play().catch(() => 0); ${until('video.currentTime >= 2')}; video.pause()`,
  )
  await meanwhile()
  const on = await step(`const held = video.currentTime; video.play().catch(() => 0); ${until('video.currentTime > held')}`)
  return {
    at,
    on,
    end: await step(
      `const untilMs = Date.now() + 1000 * (video.duration + 15); ${until('video.ended || video.error', 'Date.now() < untilMs')}`,
    ),
  }
}

/** What is wrong with a film that should be so long and so wide. */
export function judgeSeen(found: Seen | undefined, film: { readonly seconds: number; readonly width: number }): string[] {
  if (!found) return ['there is no film in the page']
  return [
    ...(found.fault === null ? [] : [found.fault]),
    ...(Math.abs(found.duration - film.seconds) < 0.1 ? [] : [`it is ${found.duration} s long, not ${film.seconds}`]),
    ...(found.width === film.width ? [] : [`it is ${found.width} wide, not ${film.width}`]),
    ...(found.played > 0.9 && found.played < film.seconds / 2 ? [] : [`it played until ${found.played} s from its beginning`]),
    ...(found.atEnd > film.seconds - 0.3 ? [] : [`its last second was left at ${found.atEnd} s`]),
  ]
}
