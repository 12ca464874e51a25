// Work that needs the media disks: begun when all that this home knows are mounted, ended when one goes, begun again when it is back.
// Never writes to find out, and never touches capture: takes are guarded one by one.

import { assertDisks } from '../src/adapters/media-disks.ts'
import { EzrecError } from '../src/base/errors.ts'
import { mediaFolders, type App } from '../src/app.ts'

const lookMs = 2_000

/** `work` must return when its signal aborts. Resolves when the outer one has; rejects with what the work rejects. */
export async function whileDisksAreThere(
  app: Pick<App, 'settings' | 'clock' | 'logger'> & { /** Called after each look for one that is missing. */ readonly looked?: () => void },
  signal: AbortSignal,
  work: (there: AbortSignal) => Promise<void>,
): Promise<void> {
  for (let told = false; !signal.aborted;) {
    const trouble = await missing(app)
    if (trouble) {
      if (!told) app.logger.error({ err: trouble, hint: trouble.hint }, 'a media disk is not mounted: nothing is merged until it is there')
      told = true
      app.looked?.()
      await app.clock.sleep(lookMs, signal)
      continue
    }
    if (told) app.logger.info('the media disks are there again')
    told = false
    const gone = new AbortController()
    const working = work(AbortSignal.any([signal, gone.signal])).finally(() => gone.abort())
    const watching = (async () => {
      while (!signal.aborted && !gone.signal.aborted && !(await missing(app)))
        await app.clock.sleep(lookMs, AbortSignal.any([signal, gone.signal]))
      gone.abort()
    })()
    await Promise.all([working, watching])
  }
}

async function missing({ settings: { paths } }: Pick<App, 'settings'>): Promise<EzrecError | undefined> {
  try {
    await assertDisks(paths.home, mediaFolders(paths))
    return undefined
  } catch (error) {
    return error instanceof EzrecError ? error : undefined // a home that cannot be read is no reason to call a disk missing
  }
}
