// Whether the disk has room for what is booked: what each booking will need, one after the other, from what is free now.
// Pure: rates, bytes and bookings in, a verdict for each booking out. Never asks to stop what is running.

/** Room that must stay free whatever is recorded: for rows, logs and the system. */
export const reservedBytes = 200 * 1024 * 1024

/** Highest rates of what a recording writes, in kbit/s. */
export type WriteRates = {
  /** Of each camera. */
  readonly cameraKbps: number
  readonly cameras: number
  /** Of the film: its chunks and the film made of them stand side by side. */
  readonly filmKbps: number
}

export type ForecastBooking = { readonly id: string; readonly startsAtMs: number; readonly endsAtMs: number }

export type Forecast = {
  readonly id: string
  /** What it will still write, from now or its lead-in to the end of its tail. */
  readonly neededBytes: number
  /** What is left for it beyond the reserve when its turn comes; negative when those before it need more than there is. */
  readonly availableBytes: number
  /** `running`: it has begun and is never refused. `short`: it would fill the disk. */
  readonly verdict: 'fits' | 'short' | 'running'
}

export type ForecastInput = {
  readonly nowMs: number
  readonly freeBytes: number
  /** Left for rows, logs and the system. */
  readonly reserveBytes: number
  readonly rates: WriteRates
  readonly margins: { readonly leadInMs: number; readonly tailMs: number }
  readonly bookings: readonly ForecastBooking[]
  /** Footage that is there already and will leave: when, and how much (default: none). */
  readonly leaving?: readonly { readonly atMs: number; readonly bytes: number }[]
  /** So long after a booking's end its cameras' footage may be evicted: its room counts as free for what starts later (default: never). */
  readonly evictedAfterMs?: number
}

/** What a recording writes in an hour, at its highest rates. */
export const bytesPerHour = ({ cameraKbps, cameras, filmKbps }: WriteRates): number =>
  ((cameraKbps * cameras + filmKbps * 2) * 1_000 * 3_600) / 8

/** Hours of recording that fit beside the reserve while nothing leaves the disk, as on a box without a network. */
export const hoursOfRoom = (freeBytes: number, rates: WriteRates): number => Math.max(0, freeBytes - reservedBytes) / bytesPerHour(rates)

/** A verdict for each booking that is not over, earliest first. One that does not fit takes nothing from those behind it: it is refused. */
export function forecastDisk(input: ForecastInput): Forecast[] {
  const { nowMs, freeBytes, reserveBytes, rates, margins, bookings, evictedAfterMs = Number.POSITIVE_INFINITY } = input
  const footageShare = (rates.cameraKbps * rates.cameras * 1_000 * 3_600) / 8 / bytesPerHour(rates)
  const leaving = [...(input.leaving ?? [])] // footage that will have been evicted by then
  let takenBytes = 0
  return bookings
    .map(({ id, startsAtMs, endsAtMs }) => ({ id, startsAtMs, fromMs: startsAtMs - margins.leadInMs, toMs: endsAtMs + margins.tailMs }))
    .filter(({ toMs }) => toMs > nowMs)
    .toSorted((a, b) => a.startsAtMs - b.startsAtMs)
    .map(({ id, startsAtMs, fromMs, toMs }) => {
      const neededBytes = Math.ceil((bytesPerHour(rates) * (toMs - Math.max(nowMs, fromMs))) / 3_600_000)
      const evictedBytes = leaving.reduce((sum, { atMs, bytes }) => sum + (atMs <= fromMs ? bytes : 0), 0)
      const availableBytes = freeBytes - reserveBytes - takenBytes + Math.floor(evictedBytes)
      const verdict = startsAtMs <= nowMs ? 'running' : neededBytes <= availableBytes ? 'fits' : 'short'
      const forecast: Forecast = { id, neededBytes, availableBytes, verdict }
      if (verdict !== 'short') {
        takenBytes += neededBytes
        leaving.push({ atMs: toMs + evictedAfterMs, bytes: neededBytes * footageShare })
      }
      return forecast
    })
}

/** What would have to become free for all of them to fit; 0 when they do. */
export const shortfallBytes = (forecasts: readonly Forecast[]): number =>
  forecasts.reduce((most, { neededBytes, availableBytes }) => Math.max(most, neededBytes - availableBytes), 0)
