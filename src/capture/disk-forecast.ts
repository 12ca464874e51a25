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
  /** What is there already and will leave: when, and how much (default: none). */
  readonly leaving?: readonly { readonly atMs: number; readonly bytes: number }[]
  /** What leaves of these bookings when they are over, and so is free for those that start later (default: nothing). */
  readonly leaves?: Leaves
}

/** Footage and chunks leave when the film is published. */
export type Leaves = {
  /** So long after it was published. */
  readonly afterMs: number
  /** Where it is published by sending it: the film leaves this disk, too. */
  readonly sent?: {
    /** When so many bytes have been sent of which the first are there at one instant and the last at another; infinity when nobody can tell. */
    readonly atMs: (bytes: number, fromMs: number, untilMs: number) => number
    /** Until then the way is taken by what waits already. */
    readonly freeAtMs: number
  }
}

/** What a recording writes in an hour, at its highest rates. */
export const bytesPerHour = ({ cameraKbps, cameras, filmKbps }: WriteRates): number =>
  ((cameraKbps * cameras + filmKbps * 2) * 1_000 * 3_600) / 8

/** Hours of recording that fit beside the reserve while nothing leaves the disk, as on a box without a network. */
export const hoursOfRoom = (freeBytes: number, rates: WriteRates): number => Math.max(0, freeBytes - reservedBytes) / bytesPerHour(rates)

/** A verdict for each booking that is not over, earliest first. One that does not fit takes nothing from those behind it: it is refused. */
export function forecastDisk(input: ForecastInput): Forecast[] {
  const { nowMs, freeBytes, reserveBytes, rates, margins, bookings } = input
  const departures = openDepartures(input)
  let takenBytes = 0
  return bookings
    .map(({ id, startsAtMs, endsAtMs }) => ({ id, startsAtMs, fromMs: startsAtMs - margins.leadInMs, toMs: endsAtMs + margins.tailMs }))
    .filter(({ toMs }) => toMs > nowMs)
    .toSorted((a, b) => a.startsAtMs - b.startsAtMs)
    .map(({ id, startsAtMs, fromMs, toMs }) => {
      const neededBytes = Math.ceil((bytesPerHour(rates) * (toMs - Math.max(nowMs, fromMs))) / 3_600_000)
      const availableBytes = freeBytes - reserveBytes - takenBytes + Math.floor(departures.until(fromMs))
      const verdict = startsAtMs <= nowMs ? 'running' : neededBytes <= availableBytes ? 'fits' : 'short'
      const forecast: Forecast = { id, neededBytes, availableBytes, verdict }
      if (verdict !== 'short') {
        takenBytes += neededBytes
        departures.add(neededBytes, fromMs, toMs)
      }
      return forecast
    })
}

/** What will have left by an instant, of what is there and of what the bookings bring, one after the other. */
function openDepartures({ rates, leaving = [], leaves }: ForecastInput) {
  const ofHour = bytesPerHour(rates)
  const [footageShare, filmShare] = [rates.cameraKbps * rates.cameras, rates.filmKbps].map((kbps) => (kbps * 1_000 * 3_600) / 8 / ofHour)
  const files: { readonly atMs: number; readonly bytes: number }[] = [...leaving]
  const captures: { publishedMs: number; toMs: number; bytes: number }[] = []
  let wayFreeMs = leaves?.sent?.freeAtMs ?? 0
  return {
    until: (ms: number): number => {
      const gone = files.reduce((sum, { atMs, bytes }) => sum + (atMs <= ms ? bytes : 0), 0)
      const afterMs = leaves?.afterMs ?? Number.POSITIVE_INFINITY
      return captures.reduce((sum, { publishedMs, toMs, bytes }) => sum + (Math.max(publishedMs, toMs) + afterMs <= ms ? bytes : 0), gone)
    },
    add: (bytes: number, fromMs: number, toMs: number): void => {
      if (!leaves) return
      const filmBytes = bytes * (filmShare ?? 0)
      if (leaves.sent) wayFreeMs = leaves.sent.atMs(filmBytes, Math.max(fromMs, wayFreeMs), toMs)
      const publishedMs = Math.max(toMs, leaves.sent ? wayFreeMs : 0)
      files.push({ atMs: publishedMs + leaves.afterMs, bytes: leaves.sent ? filmBytes * 2 : filmBytes })
      // Back to back the cameras run on in one take, and a take leaves as a whole.
      const before = captures.at(-1)
      const isOneTake = before !== undefined && fromMs <= before.toMs
      const footage = { publishedMs, toMs, bytes: bytes * (footageShare ?? 0) }
      if (!isOneTake) captures.push(footage)
      else
        captures[captures.length - 1] = {
          publishedMs: Math.max(before.publishedMs, publishedMs),
          toMs: Math.max(before.toMs, toMs),
          bytes: before.bytes + footage.bytes,
        }
    },
  }
}

/** What would have to become free for all of them to fit; 0 when they do. */
export const shortfallBytes = (forecasts: readonly Forecast[]): number =>
  forecasts.reduce((most, { neededBytes, availableBytes }) => Math.max(most, neededBytes - availableBytes), 0)
