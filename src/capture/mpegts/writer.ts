// H.264 access units as MPEG-TS: one program, one video stream. Source: ISO/IEC 13818-1 (H.222.0), section numbers below.
// Never buffers: each access unit becomes whole packets at once, and the continuity counters are values handed in and out.

/** The last four bits of each stream's packet count (2.4.3.3). */
export type Continuity = { readonly pat: number; readonly pmt: number; readonly video: number }

/** One picture: Annex B bytes beginning with an access unit delimiter (key frames with SPS and PPS), its time in 90 kHz ticks. */
export type AccessUnit = { readonly data: Uint8Array; readonly ptsTicks: number; readonly keyFrame: boolean }

export const packetBytes = 188
export const firstContinuity: Continuity = { pat: 0, pmt: 0, video: 0 }
/** Times are counted modulo 2^33 ticks: 26.5 hours. */
export const ptsWrapTicks = 2 ** 33

const pmtPid = 0x1000
const videoPid = 0x100
/** How far the program clock runs ahead of a picture's time: room for the largest picture to arrive. */
const clockLeadTicks = 18_000
const pesHeaderBytes = 14

/** The packets of one access unit, a key frame's after a fresh PAT and PMT, and the counters for the next call. No B-frames: DTS is PTS. */
export function packetize(unit: AccessUnit, continuity: Continuity): { readonly packets: Buffer; readonly continuity: Continuity } {
  const tables = unit.keyFrame ? 2 : 0
  const videoPackets = 1 + Math.max(0, Math.ceil((pesHeaderBytes + unit.data.length - 176) / 184))
  const packets = Buffer.alloc((tables + videoPackets) * packetBytes, 0xff)
  if (unit.keyFrame) {
    writeTable(packets.subarray(0, packetBytes), 0, continuity.pat, programAssociation)
    writeTable(packets.subarray(packetBytes, 2 * packetBytes), pmtPid, continuity.pmt, programMap)
  }
  writeVideo(packets.subarray(tables * packetBytes), unit, continuity.video)
  const step = unit.keyFrame ? 1 : 0
  return {
    packets,
    continuity: {
      pat: (continuity.pat + step) % 16,
      pmt: (continuity.pmt + step) % 16,
      video: (continuity.video + videoPackets) % 16,
    },
  }
}

function writeVideo(out: Buffer, unit: AccessUnit, firstCount: number): void {
  const pes = Buffer.concat([pesHeader(unit.ptsTicks), unit.data])
  let taken = 0
  for (let at = 0, count = firstCount; at < out.length; at += packetBytes, count += 1) {
    const first = at === 0
    const left = pes.length - taken
    const payload = Math.min(left, first ? 176 : 184)
    writeHeader(out, at, videoPid, first, payload < 184, count)
    if (payload < 184) writeAdaptation(out, at + 4, 184 - payload, first ? unit : undefined)
    pes.copy(out, at + packetBytes - payload, taken, taken + payload)
    taken += payload
  }
}

/** 2.4.3.2: sync byte, unit start, PID, whether an adaptation field precedes the payload, continuity. */
function writeHeader(out: Buffer, at: number, pid: number, start: boolean, adaptation: boolean, count: number): void {
  out[at] = 0x47
  out.writeUInt16BE((start ? 0x4000 : 0) | pid, at + 1)
  out[at + 3] = (adaptation ? 0x30 : 0x10) | (count & 0x0f)
}

/** 2.4.3.4: `bytes` of adaptation field, with the program clock and the random access mark on a picture's first packet, else stuffing. */
function writeAdaptation(out: Buffer, at: number, bytes: number, unit: AccessUnit | undefined): void {
  out[at] = bytes - 1
  if (bytes === 1) return
  out[at + 1] = unit === undefined ? 0 : 0x10 | (unit.keyFrame ? 0x40 : 0)
  if (unit === undefined) return
  const clock = modulo(unit.ptsTicks - clockLeadTicks)
  out.writeUInt32BE(Math.floor(clock / 2), at + 2)
  out[at + 6] = ((clock % 2) << 7) | 0x7e
  out[at + 7] = 0
}

/** 2.4.3.7: video stream 0xE0 of open length, aligned to the access unit, with a PTS alone. */
function pesHeader(ptsTicks: number): Buffer {
  const pts = modulo(ptsTicks)
  const high = Math.floor(pts / 2 ** 30)
  const middle = Math.floor(pts / 2 ** 15) % 2 ** 15
  const low = pts % 2 ** 15
  const header = Buffer.from([0, 0, 1, 0xe0, 0, 0, 0x84, 0x80, 5, 0x21 | (high << 1), 0, 0, 0, 0])
  header.writeUInt16BE((middle << 1) | 1, 10)
  header.writeUInt16BE((low << 1) | 1, 12)
  return header
}

const modulo = (ticks: number): number => ((ticks % ptsWrapTicks) + ptsWrapTicks) % ptsWrapTicks

function writeTable(out: Buffer, pid: number, count: number, section: Buffer): void {
  writeHeader(out, 0, pid, true, false, count)
  out[4] = 0 // pointer_field: the section begins at once
  section.copy(out, 5)
}

/** 2.4.4.3: program 1 has its map at `pmtPid`. */
const programAssociation = withCrc(Buffer.from([0x00, 0xb0, 13, 0, 1, 0xc1, 0, 0, 0, 1, 0xe0 | (pmtPid >> 8), pmtPid & 0xff]))
/** 2.4.4.8: clock on the video's PID; stream type 0x1B is H.264. */
const programMap = withCrc(
  Buffer.from([
    0x02,
    0xb0,
    18,
    0,
    1,
    0xc1,
    0,
    0,
    0xe0 | (videoPid >> 8),
    videoPid & 0xff,
    0xf0,
    0,
    0x1b,
    0xe0 | (videoPid >> 8),
    videoPid & 0xff,
    0xf0,
    0,
  ]),
)

/** Annex A: CRC-32 with polynomial 0x04C11DB7, most significant bit first, no final inversion. */
function withCrc(section: Buffer): Buffer {
  let crc = 0xffffffff
  for (const byte of section)
    for (let bit = 7; bit >= 0; bit -= 1) {
      const carry = ((crc >>> 31) ^ ((byte >> bit) & 1)) === 1
      crc = ((crc << 1) ^ (carry ? 0x04c11db7 : 0)) >>> 0
    }
  const tail = Buffer.alloc(4)
  tail.writeUInt32BE(crc)
  return Buffer.concat([section, tail])
}
