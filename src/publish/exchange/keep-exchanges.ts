// Does what was ordered: films that are sent once more, and films that give way to others, one after the other.
// Never gives one up: what keeps it is told with its mend, and tried again.

import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import { findVideo } from '../video.ts'
import { exchangeFilm, type ExchangeOptions } from './exchange-film.ts'
import { listExchanges, noteExchangeFault, type FilmExchange } from './exchange-store.ts'

export type KeepExchangesOptions = ExchangeOptions & { readonly clock: Clock; readonly logger: Logger }

const lookMs = 1_000
const longestRestMs = 600_000

/** Until the signal aborts. */
export async function keepExchanges(options: KeepExchangesOptions, signal: AbortSignal): Promise<void> {
  const { db, clock, logger } = options
  const rests = new Map<string, { readonly tries: number; readonly untilMs: number }>()
  for (; !signal.aborted; await clock.sleep(lookMs, signal)) {
    try {
      for (const exchange of listExchanges(db)) {
        if (signal.aborted) return
        if ((rests.get(exchange.videoId)?.untilMs ?? 0) > clock.nowMs()) continue
        const fault = await tryOnce(options, exchange, signal)
        if (fault === undefined || signal.aborted) {
          rests.delete(exchange.videoId)
          continue
        }
        const tries = (rests.get(exchange.videoId)?.tries ?? 0) + 1
        rests.set(exchange.videoId, { tries, untilMs: clock.nowMs() + Math.min(longestRestMs, 10_000 * 2 ** tries) })
        noteExchangeFault(db, exchange.videoId, messageOf(fault))
        if (tries === 1) logger.error({ video: exchange.videoId, err: fault }, 'a film could not be sent anew; what was published stays')
      }
    } catch (err) {
      if (!signal.aborted) logger.error({ err }, 'films that are to be sent anew could not be looked at, trying again')
    }
  }
}

/** A film that somebody removes meanwhile is sent no further. */
async function tryOnce(options: KeepExchangesOptions, exchange: FilmExchange, signal: AbortSignal): Promise<unknown> {
  const { db, logger } = options
  const gone = new AbortController()
  const watch = setInterval(() => {
    try {
      if (!findVideo(db, exchange.videoId)?.published) gone.abort()
    } catch (error) {
      logger.debug({ fault: messageOf(error) }, 'a film that is sent anew could not be looked up') // a locked database: the next time
    }
  }, 1_000)
  try {
    await exchangeFilm(options, exchange, AbortSignal.any([signal, gone.signal]))
    return undefined
  } catch (error) {
    return gone.signal.aborted ? undefined : error
  } finally {
    clearInterval(watch)
  }
}
