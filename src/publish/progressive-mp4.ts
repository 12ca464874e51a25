// The published film as a view over chunks: ftyp + moov + free + mdat, where the mdat is the chunks' payloads end to end.
// Pure: from the init segment and the ledger's runs to the header's bytes. The body is never touched and may be written long before.

import { EzrecError } from '../base/errors.ts'
import { boxAt, boxesIn, damaged, makeBox, makeFullBox, readU32, u32, u64, type Box } from '../merge/boxes.ts'
import { tracksOf } from '../merge/cmaf.ts'

/** One chunk's samples of one track, as the ledger keeps them; `sampleSizes` is 32-bit big endian, one per sample. */
export type LedgerRun = {
  readonly track: number
  readonly payloadOffset: number
  readonly sampleTicks: number
  readonly sampleSizes: Buffer
}

/** One chunk of the body, in order. Each track's first sample in it is a sync sample. */
export type LedgerChunk = { readonly payloadBytes: number; readonly runs: readonly LedgerRun[] }

const largeMdatHeaderBytes = 16

/** Room to reserve in front of the body so that the header of a film of `seconds` fits: 4 bytes a picture (stsz), 12 a chunk (co64, stss), and the rest.
 *  With sound, 4 bytes for each of its samples (48 kHz AAC: 46.9 a second). Rounded up to 4 KiB. */
export function headerRoom(seconds: number, fps: number, chunkSeconds: number, { sound = false } = {}): number {
  const pictures = Math.ceil(seconds * fps) * 4
  const chunks = (Math.ceil(seconds / chunkSeconds) + 2) * (sound ? 36 : 24)
  const samples = sound ? Math.ceil(seconds * 47) * 4 : 0
  return Math.ceil((pictures + chunks + samples + 16_384) / 4_096) * 4_096
}

/** The `reserved` bytes that stand before the body. `init` is the first encoder's init segment. Errors: internal when they do not suffice. */
export function progressiveHeader(init: Buffer, chunks: readonly LedgerChunk[], reserved: number): Buffer {
  const ftyp = makeBox('ftyp', Buffer.from('isom', 'latin1'), u32(512), Buffer.from('isomiso2avc1mp41', 'latin1'))
  const moov = makeMoov(init, chunks, reserved)
  const padding = reserved - ftyp.length - moov.length - largeMdatHeaderBytes
  if (padding < 8)
    throw new EzrecError('internal', `the film's index needs ${moov.length} bytes, ${reserved} were reserved`, {
      hint: 'report this: the film can still be published anew from its chunks',
      facts: { needed: moov.length, reserved },
    })
  const mdat = Buffer.concat([
    u32(1),
    Buffer.from('mdat', 'latin1'),
    u64(largeMdatHeaderBytes + chunks.reduce((sum, chunk) => sum + chunk.payloadBytes, 0)),
  ])
  return Buffer.concat([ftyp, moov, makeBox('free', Buffer.alloc(padding - 8)), mdat])
}

function makeMoov(init: Buffer, chunks: readonly LedgerChunk[], bodyStart: number): Buffer {
  const moov = boxesIn(boxAt(init, 'moov').body)
  const mvhd = Buffer.from(boxAt(boxAt(init, 'moov').body, 'mvhd').whole)
  const filmScale = timescaleOf(mvhd)
  const tracks = tracksOf(init).map((trak) => makeTrack(trak, chunks, bodyStart, filmScale))
  setDuration(mvhd, Math.max(0, ...tracks.map((track) => track.duration)), 12)
  const others = moov.filter((box) => box.type === 'udta').map((box) => box.whole)
  return makeBox('moov', mvhd, ...tracks.map((track) => track.trak), ...others)
}

function makeTrack(trak: Box, chunks: readonly LedgerChunk[], bodyStart: number, filmScale: number): { trak: Buffer; duration: number } {
  const tkhd = Buffer.from(boxAt(trak.body, 'tkhd').whole)
  const id = readU32(tkhd, isWide(tkhd) ? 28 : 20)
  const mdia = boxAt(trak.body, 'mdia')
  const mdhd = Buffer.from(boxAt(mdia.body, 'mdhd').whole)
  const runs = runsOf(id, chunks, bodyStart)
  const ticks = runs.reduce((sum, run) => sum + run.samples * run.sampleTicks, 0)
  const scale = timescaleOf(mdhd)
  if (scale === 0) throw damaged('a track has no timescale')
  const duration = Math.round((ticks * filmScale) / scale)
  setDuration(mdhd, ticks, 12)
  setDuration(tkhd, duration, 16)
  const minf = boxesIn(boxAt(mdia.body, 'minf').body).map((box) => (box.type === 'stbl' ? makeSampleTable(box, runs) : box.whole))
  const media = boxesIn(mdia.body).map((box) => (box.type === 'mdhd' ? mdhd : box.type === 'minf' ? makeBox('minf', ...minf) : box.whole))
  // An edit list of the encoder's speaks of its own empty film; ours begins at its first sample and needs none.
  const parts = boxesIn(trak.body).filter((box) => box.type !== 'edts')
  return {
    trak: makeBox(
      'trak',
      ...parts.map((box) => (box.type === 'tkhd' ? tkhd : box.type === 'mdia' ? makeBox('mdia', ...media) : box.whole)),
    ),
    duration,
  }
}

type PlacedRun = { readonly offset: number; readonly samples: number; readonly sampleTicks: number; readonly sizes: Buffer }

function runsOf(track: number, chunks: readonly LedgerChunk[], bodyStart: number): PlacedRun[] {
  const placed: PlacedRun[] = []
  let start = bodyStart
  for (const chunk of chunks) {
    for (const run of chunk.runs)
      if (run.track === track && run.sampleSizes.length > 0)
        placed.push({
          offset: start + run.payloadOffset,
          samples: run.sampleSizes.length / 4,
          sampleTicks: run.sampleTicks,
          sizes: run.sampleSizes,
        })
    start += chunk.payloadBytes
  }
  return placed
}

/** Sample to time, size, place and sync: the tables of ISO/IEC 14496-12 §8.6 and §8.7. */
function makeSampleTable(stbl: Box, runs: readonly PlacedRun[]): Buffer {
  const samples = runs.reduce((sum, run) => sum + run.samples, 0)
  const times = runLengths(runs.flatMap((run) => [{ count: run.samples, value: run.sampleTicks }]))
  const perChunk = runs.flatMap((run, n) => (run.samples === runs[n - 1]?.samples ? [] : [n + 1, run.samples, 1]))
  let first = 1
  const syncs = runs.map((run) => (first += run.samples) - run.samples)
  const isPicture = boxesIn(boxAt(stbl.body, 'stsd').body.subarray(8)).some((entry) => /^(avc1|avc3|hvc1|hev1)$/.test(entry.type))
  return makeBox(
    'stbl',
    boxAt(stbl.body, 'stsd').whole,
    makeFullBox('stts', 0, u32(times.length, ...times.flatMap(({ count, value }) => [count, value]))),
    ...(isPicture ? [makeFullBox('stss', 0, u32(syncs.length, ...syncs))] : []),
    makeFullBox('stsc', 0, u32(perChunk.length / 3, ...perChunk)),
    makeFullBox('stsz', 0, u32(0, samples), ...runs.map((run) => run.sizes)),
    makeFullBox('co64', 0, u32(runs.length), ...runs.map((run) => u64(run.offset))),
  )
}

function runLengths(values: readonly { count: number; value: number }[]): { count: number; value: number }[] {
  const runs: { count: number; value: number }[] = []
  for (const { count, value } of values) {
    const last = runs.at(-1)
    if (last?.value === value) last.count += count
    else runs.push({ count, value })
  }
  return runs
}

/** Both mvhd and mdhd: after version, flags and two times, which are 32 or 64 bits wide. */
const timescaleOf = (box: Buffer): number => readU32(box, isWide(box) ? 28 : 20)

const isWide = (box: Buffer): boolean => readU32(box, 8) >>> 24 === 1

/** Writes a duration that stands `skip` bytes after version and flags when times are 32 bits wide (mvhd, mdhd: 12; tkhd: 16). */
function setDuration(box: Buffer, duration: number, skip: number): void {
  const wide = isWide(box)
  const at = 12 + skip + (wide ? 8 : 0)
  if (box.length < at + (wide ? 8 : 4)) throw damaged('a box ends in the middle of its fields')
  if (wide) box.writeBigUInt64BE(BigInt(duration), at)
  else box.writeUInt32BE(duration >>> 0, at)
}
