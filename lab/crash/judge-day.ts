// What must be true of a home whose program was killed and started again: every invariant, no acknowledged word taken back,
// the match published and whole, the cancelled booking without a film. Each thing that is not so is one line.

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { readDatabase, type Database } from '../../src/adapters/sqlite.ts'
import { runChild } from '../../src/base/process.ts'
import { findBookingByCaller } from '../../src/booking/booking-store.ts'
import { findRecordingOf } from '../../src/capture/recording-store.ts'
import type { Recording } from '../../src/capture/recording.ts'
import { cameras } from '../../src/capture/take.ts'
import { listChunks, listGaps } from '../../src/merge/chunk-store.ts'
import { findVideoOf } from '../../src/publish/video.ts'
import { askOracles } from '../../src/system/oracle.ts'
import { oracles } from '../../src/system/oracles.ts'
import { membersOf } from '../kill/process-tree.ts'
import { groupFrames } from './footage.ts'
import type { LifeEnd } from './life.ts'
import { match, matchFrames, other, type Said } from './match-day.ts'

export async function judgeDay(home: string, lives: readonly LifeEnd[], mark: string, signal: AbortSignal): Promise<string[]> {
  const last = lives.at(-1)
  const faults = last?.exit === 0 ? [] : [`the last life ended with ${last?.exit ?? 'nothing'}: ${last?.stderr.slice(-700) ?? ''}`]
  if (!existsSync(path.join(home, 'ezrec.sqlite'))) return [...faults, 'there is no database']
  using db = readDatabase(path.join(home, 'ezrec.sqlite'))
  const folders = {
    takesFolder: path.join(home, 'takes'),
    recordingsFolder: path.join(home, 'recordings'),
    storeFolder: path.join(home, 'store'),
  }
  const verdicts = await askOracles({ db, ...folders, deep: true, signal }, oracles)
  return [
    ...faults,
    ...lives.flatMap(({ said }, n) => brokenWords(said, lives[n + 1]?.said ?? [])),
    ...(await matchFaults(db, folders, lives.filter(({ struck }) => struck).length)),
    ...(await cancelFaults(db, folders)),
    ...verdicts.flatMap(({ name, findings }) =>
      findings.map(({ path: place, fault }) => `${name}: ${path.relative(home, place)}: ${fault}`),
    ),
    ...(await leftFaults(mark)),
  ]
}

/** What one life acknowledged and the next one did not find. Pure. */
export function brokenWords(said: readonly Said[], next: readonly Said[]): string[] {
  const found = next.find((each) => each.is === 'found')
  if (!found) return []
  return said.flatMap((word) => {
    if (word.is !== 'acknowledged') return []
    const now = found.bookings.find(({ id }) => id === word.id)
    if (!now) return [`the acknowledged booking ${word.callerId} is gone`]
    return [
      ...(now.endsAtMs >= word.endsAtMs ? [] : [`the acknowledged end of booking ${word.callerId} is gone`]),
      ...(now.cancelled || !word.cancelled ? [] : [`the acknowledged cancellation of booking ${word.callerId} is gone`]),
      ...(now.cancelled || found.planned.includes(word.id) ? [] : [`the acknowledged booking ${word.callerId} is not in the plan`]),
    ]
  })
}

async function matchFaults(
  db: Database,
  { recordingsFolder, storeFolder }: { recordingsFolder: string; storeFolder: string },
  kills: number,
): Promise<string[]> {
  const recording = recordingOf(db, match.callerId)
  const video = recording && findVideoOf(db, recording.id)
  if (!recording || !video?.published) return ['the match is not published']
  const { published } = video
  const gaps = listGaps(db, recording.id)
  const decoded = await framesIn(path.join(storeFolder, video.objectKey))
  const folder = path.join(recordingsFolder, recording.folder)
  return [
    ...(published.frames === matchFrames ? [] : [`the film has ${published.frames} frames, not ${matchFrames}`]),
    ...(decoded === matchFrames ? [] : [`${decoded} frames of the film decode, not ${matchFrames}`]),
    ...(published.sha256 === null ? ['the film has no checksum'] : []),
    ...cameras.flatMap((camera) => {
      const lost = gaps.filter((gap) => gap.camera === camera).reduce((sum, { frames }) => sum + frames, 0)
      return lost <= groupFrames * kills ? [] : [`${lost} frames of the ${camera} camera are missing after ${kills} kills`]
    }),
    ...(await manifestFaults(folder, 'published', 'completed')),
  ]
}

async function manifestFaults(folder: string, state: string, marker: string): Promise<string[]> {
  const file = path.join(folder, 'recording.json')
  const text = await readFile(file, 'utf8').catch(() => '{}')
  const told = z.object({ state: z.string().optional() }).parse(JSON.parse(text)).state
  return [
    ...(told === state ? [] : [`a manifest says ${told ?? 'nothing'}, not ${state}`]),
    ...(existsSync(path.join(folder, `recording.${marker}`)) ? [] : [`there is no recording.${marker}`]),
  ]
}

async function cancelFaults(db: Database, { recordingsFolder }: { recordingsFolder: string }): Promise<string[]> {
  const recording = recordingOf(db, other.callerId)
  if (!recording) return ['the cancelled booking has no recording']
  return [
    ...(recording.steps.some(({ failedCode }) => failedCode === 'canceled') ? [] : ['no step of the cancelled booking says so']),
    ...(findVideoOf(db, recording.id) ? ['the cancelled booking has a film'] : []),
    ...(listChunks(db, recording.id).length > 0 ? ['the cancelled booking has chunks'] : []),
    ...(await manifestFaults(path.join(recordingsFolder, recording.folder), 'failed', 'error')),
  ]
}

function recordingOf(db: Database, callerId: string): Recording | undefined {
  const booking = findBookingByCaller(db, 'local', callerId)
  return booking && findRecordingOf(db, booking.id)
}

async function framesIn(film: string): Promise<number> {
  const args = ['-v', 'error', '-count_frames', '-select_streams', 'v', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0', film]
  return Number.parseInt((await runChild('ffprobe', args, { timeoutMs: 30_000 })).stdout.toString('utf8'), 10)
}

/** What a killed program had started ends when it sees its pipes closed. */
async function leftFaults(mark: string): Promise<string[]> {
  for (let tries = 0; tries < 30 && membersOf(mark).length > 0; tries += 1) await delay(100)
  return membersOf(mark).map(({ pid, commandLine }) => `process ${pid} was left: ${commandLine.slice(0, 200)}`)
}
