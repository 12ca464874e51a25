// What a shared recording is at an instant, as its page tells it: to come, on, nearly ready, ready, or not to be had.
// Pure, and never better than the truth: each stretch that a camera missed is told.

import type { Booking } from '../booking/booking.ts'
import type { Recording } from '../capture/recording.ts'
import type { GapRow } from '../merge/chunk-store.ts'
import type { PictureFaultRow } from '../merge/picture-faults.ts'
import type { Companion } from '../publish/companions/companion-store.ts'
import { soundWordOf, type SoundWord } from '../publish/companions/loudness.ts'
import type { Redrawn } from '../merge/rig/rig-store.ts'
import { movedFault } from '../merge/rig/tell-rig.ts'
import type { Video } from '../publish/video.ts'

export type SharePhase = 'scheduled' | 'live' | 'finishing' | 'ready' | 'unavailable'

/** The answer of `/s/{token}/state`, too: nothing in it names a person, a path or another recording. */
export type ShareState = {
  readonly phase: SharePhase
  readonly title: string
  /** The setting's name of it; the title where there is none. */
  readonly court: string
  readonly startsAt: string
  readonly endsAt: string
  /** The instants in words, in the venue's zone. */
  readonly when: string
  /** One sentence for the phase. */
  readonly sentence: string
  readonly timeZone: string
  /** Whether there is something to play while the match is on. */
  readonly canPlayLive: boolean
  readonly durationSeconds: number | null
  readonly bytes: number | null
  readonly width: number | null
  readonly height: number | null
  readonly partial: boolean
  /** Sentences, in order of time. */
  readonly gaps: readonly string[]
  /** Sentences on pictures that were there and showed little. */
  readonly suspicions: readonly string[]
  /** There is a still of 1200x630. */
  readonly preview: boolean
  readonly thumbnails: boolean
  /** The smaller version of a wide film. */
  readonly rendition: { readonly width: number; readonly height: number; readonly bytes: number } | null
  readonly loudnessLufs: number | null
  /** Of a film that is there. */
  readonly sound: SoundWord | null
  /** Sentences: where its picture is less than what was asked for. */
  readonly drawn: readonly string[]
}

export type Venue = {
  readonly timeZone: string
  readonly courtName?: string | undefined
}

/** Of a match whose recording has not begun only its times are known. */
type Filmed = Pick<Recording, 'startsAtMs' | 'endsAtMs' | 'fps' | 'steps' | 'layout' | 'sound'>

export type Shared = {
  readonly recording: Filmed
  readonly booking: Pick<Booking, 'title' | 'cancelledAtMs' | 'unrecorded'> | undefined
  readonly video: Video | undefined
  readonly gaps: readonly GapRow[]
  readonly pictureFaults: readonly PictureFaultRow[]
  readonly companions: readonly Companion[]
  /** Why it is no panorama, if it was to be one. */
  readonly fault: string | null
  /** From when on it is drawn otherwise. */
  readonly redrawn: readonly Pick<Redrawn, 'firstFrame' | 'drawn'>[]
  readonly chunks: number
}

/** Enough for a player to begin with. */
const chunksToPlay = 2
const gapsShown = 20

/** A booking's link before there is a recording; a while after its end there will be none. */
export function bookedStateOf(booking: Booking, nowMs: number, venue: Venue): ShareState {
  const { startsAtMs, endsAtMs } = booking
  const isMissed = nowMs > endsAtMs + patienceMs || booking.unrecorded === true
  const missed = { name: 'capture', state: 'failed', attempts: 0, failedCode: null, failedMessage: null } as const
  const recording = { startsAtMs, endsAtMs, fps: 1, steps: isMissed ? [missed] : [], layout: 'side-by-side', sound: false } as const
  const nothing = { video: undefined, gaps: [], pictureFaults: [], companions: [], fault: null, redrawn: [], chunks: 0 } as const
  return shareStateOf({ recording, booking, ...nothing }, nowMs, venue)
}

/** Footage that came late is still made into a film. */
const patienceMs = 10 * 60_000

export function shareStateOf(
  { recording, booking, video, gaps, pictureFaults, companions, chunks, fault, redrawn }: Shared,
  nowMs: number,
  { timeZone, courtName }: Venue,
): ShareState {
  const phase = phaseOf(recording, booking, video, nowMs)
  const published = phase === 'ready' ? video?.published : undefined
  const title = booking?.title?.trim() || courtName || 'Court recording'
  return {
    phase,
    title,
    court: courtName ?? title,
    startsAt: new Date(recording.startsAtMs).toISOString(),
    endsAt: new Date(recording.endsAtMs).toISOString(),
    when: windowInWords(recording, timeZone),
    sentence: sentenceOf(phase, recording, booking, nowMs, timeZone),
    timeZone,
    canPlayLive: (phase === 'live' || phase === 'finishing') && chunks >= chunksToPlay,
    durationSeconds: published ? Math.round((published.frames / published.fps) * 100) / 100 : null,
    bytes: published?.bytes ?? null,
    width: published?.width ?? null,
    height: published?.height ?? null,
    partial: published?.status === 'partial',
    gaps: published ? tellGaps(gaps, recording, timeZone) : [],
    suspicions: published ? tellSuspicions(pictureFaults, recording, timeZone) : [],
    preview: published !== undefined && companions.some(({ kind }) => kind === 'preview'),
    thumbnails: published !== undefined && companions.some(({ kind }) => kind === 'thumbnails'),
    rendition: published ? renditionOf(companions) : null,
    loudnessLufs: published?.loudness?.integratedLufs ?? null,
    sound: published ? soundWordOf(recording.sound, published.loudness) : null,
    drawn: published ? tellDrawn(fault, redrawn, recording, timeZone) : [],
  }
}

function phaseOf(recording: Filmed, booking: Shared['booking'], video: Video | undefined, nowMs: number): SharePhase {
  if (video?.published) return 'ready'
  if (video?.removed || booking?.cancelledAtMs != null || recording.steps.some(({ state }) => state === 'failed')) return 'unavailable'
  if (nowMs < recording.startsAtMs) return 'scheduled'
  return nowMs < recording.endsAtMs ? 'live' : 'finishing'
}

function sentenceOf(phase: SharePhase, recording: Filmed, booking: Shared['booking'], nowMs: number, timeZone: string): string {
  const isLate = nowMs - recording.endsAtMs >= 60_000
  const sentences: Record<SharePhase, string> = {
    scheduled: `The recording starts at ${clockTime(recording.startsAtMs, timeZone, false)}.`,
    live: 'The match is on. The film is made while it is played.',
    finishing: isLate ? 'The match is over. The film is still being made.' : 'The match is over. The film is ready in a moment.',
    ready: 'The film is ready.',
    unavailable: booking?.cancelledAtMs == null ? 'The film could not be made.' : 'This recording was cancelled.',
  }
  if (booking?.unrecorded && booking.cancelledAtMs === null) return 'This booking is not recorded.'
  return sentences[phase]
}

/** `Saturday, 2 May 2026, 19:30 to 21:00`; with seconds where minutes would tell too little. */
function windowInWords({ startsAtMs, endsAtMs }: Filmed, timeZone: string): string {
  const day = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
  const isShort = endsAtMs - startsAtMs < 120_000
  return `${day.format(startsAtMs)}, ${clockTime(startsAtMs, timeZone, isShort)} to ${clockTime(endsAtMs, timeZone, isShort)}`
}

const clockTime = (ms: number, timeZone: string, seconds: boolean): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', ...(seconds ? { second: '2-digit' } : {}) }).format(ms)

/** `The left camera was out for 4 s at 12:03:05.` A short loss of single pictures is told together. */
function tellGaps(gaps: readonly GapRow[], { startsAtMs, fps }: Filmed, timeZone: string): string[] {
  const long = gaps.filter(({ frames }) => frames >= fps / 2)
  const told = long.slice(0, gapsShown).map(({ camera, firstFrame, frames }) => {
    const at = clockTime(startsAtMs + (firstFrame / fps) * 1_000, timeZone, true)
    return `The ${camera} camera was out for ${spanInWords(frames / fps)} at ${at}.`
  })
  if (long.length > gapsShown) told.push(`${long.length - gapsShown} more stretches are missing from one camera.`)
  const short = gaps.filter(({ frames }) => frames < fps / 2)
  if (short.length > 0) {
    const seconds = short.reduce((sum, { frames }) => sum + frames, 0) / fps
    told.push(
      `Single pictures are missing in ${short.length === 1 ? 'one place' : `${short.length} places`}, ${seconds.toFixed(1)} s in all.`,
    )
  }
  return told
}

/** `The right camera's picture was black for 12 s at 12:03:05.` */
function tellSuspicions(faults: readonly PictureFaultRow[], { startsAtMs, fps }: Filmed, timeZone: string): string[] {
  const told = faults.slice(0, gapsShown).map(({ camera, fault, firstFrame, frames }) => {
    const at = clockTime(startsAtMs + (firstFrame / fps) * 1_000, timeZone, true)
    return `The ${camera} camera's picture was ${fault} for ${spanInWords(frames / fps)} at ${at}.`
  })
  return faults.length > gapsShown ? [...told, `${faults.length - gapsShown} more stretches look so.`] : told
}

function renditionOf(companions: readonly Companion[]): ShareState['rendition'] {
  const found = companions.find(({ kind }) => kind === 'rendition')
  return found ? { width: found.width ?? 0, height: found.height ?? 0, bytes: found.bytes } : null
}

/** `From 19:42:10 to 19:50:00 the two pictures stand side by side: the cameras were moved.` */
function tellDrawn(fault: string | null, redrawn: Shared['redrawn'], { startsAtMs, fps }: Filmed, timeZone: string): string[] {
  if (fault !== null)
    return [
      fault.startsWith(movedFault)
        ? 'The two pictures stand side by side: the cameras were moved.'
        : 'The two pictures stand side by side: no panorama could be made.',
    ]
  const at = (frame: number): string => clockTime(startsAtMs + (frame / fps) * 1_000, timeZone, true)
  return redrawn.flatMap(({ firstFrame, drawn }, n) => {
    if (drawn !== 'side-by-side') return []
    const end = redrawn[n + 1]
    const when = end ? `From ${at(firstFrame)} to ${at(end.firstFrame)}` : `From ${at(firstFrame)} on`
    return `${when} the two pictures stand side by side: the cameras were moved.`
  })
}

function spanInWords(seconds: number): string {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  return `${Math.round(seconds / 60)} min`
}
