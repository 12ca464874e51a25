// An MPEG transport stream as it arrives: where pictures (of a stream of sound: access units) begin, which are key frames, and what time
// the camera gave them.
// Never decodes and never copies a payload. Source: ISO/IEC 13818-1 §2.4 (packets, PSI, PES headers, adaptation field).

/** Bytes of one transport packet. */
export const packetBytes = 188

/** Time stamps count 90 kHz ticks modulo 2^33 (26.5 h). */
export const ticksModulus = 2 ** 33

/** A picture's first packet, or that of a unit of sound, which is always a place to begin. `at` counts bytes from the start of the stream; `ticks` is unwrapped past 33 bits. */
export type PictureStart = { readonly at: number; readonly ticks: number; readonly key: boolean }

export type TransportReader = {
  /** Takes any piece of the stream; returns the pictures that begin in the packets completed by it. */
  push(piece: Buffer): PictureStart[]
  /** Bytes of whole packets seen so far: everything before it may be written out. */
  readonly bytesRead: number
  /** The newest PAT and PMT packets, to repeat at the head of each file; absent until both were seen. */
  readonly tables: Buffer | undefined
  /** Bytes that were skipped because they were no packets. */
  readonly bytesSkipped: number
  /** Whole packets of the last piece, in order, without what was skipped. */
  readonly packets: Buffer
}

/** `near` is where the first time stamp is expected (an unwrapped one from before), for a stream that goes on. */
export function readTransport(near = 0): TransportReader {
  let rest: Buffer = none
  let packets: Buffer = none
  let bytesRead = 0
  let bytesSkipped = 0
  let programTable: Buffer | undefined
  let streamTable: Buffer | undefined
  let streamTablePid = -1
  let followed: Followed | undefined
  let lastTicks = near
  let lost = false

  const readUnitStart = (packet: Buffer, at: number, found: PictureStart[]): void => {
    const pid = ((byteAt(packet, 1) & 0x1f) << 8) | byteAt(packet, 2)
    const control = (byteAt(packet, 3) >> 4) & 3
    const adaptation = (control & 2) !== 0 ? byteAt(packet, 4) : -1
    const payload = 4 + adaptation + 1
    if (payload >= packetBytes || (control & 1) === 0) return
    if (pid === 0) {
      programTable = Buffer.from(packet)
      streamTablePid = readProgramTable(packet, payload) ?? streamTablePid
    } else if (pid === streamTablePid) {
      streamTable = Buffer.from(packet)
      followed = readStreamTable(packet, payload) ?? followed
    } else if (pid === followed?.pid) {
      const wrapped = readTimeStamp(packet, payload)
      if (wrapped === undefined) return
      lastTicks = unwrapTicks(wrapped, lastTicks)
      found.push({ at, ticks: lastTicks, key: followed.isSound || (adaptation > 0 && (byteAt(packet, 5) & 0x40) !== 0) })
    }
  }

  return {
    push: (piece) => {
      const buffer = rest.length === 0 ? piece : Buffer.concat([rest, piece])
      const found: PictureStart[] = []
      const runs: Buffer[] = [] // of packets without anything between them, but for the last run
      let runsFrom = 0
      let offset = 0
      while (offset + packetBytes <= buffer.length) {
        lost ||= buffer[offset] !== 0x47
        if (lost) {
          const next = findSync(buffer, offset)
          runs.push(buffer.subarray(runsFrom, offset))
          bytesSkipped += next.at - offset
          runsFrom = offset = next.at
          lost = !next.sure
          if (lost) break
        }
        const startsUnit = (byteAt(buffer, offset + 1) & 0x40) !== 0
        if (startsUnit) readUnitStart(buffer.subarray(offset, offset + packetBytes), bytesRead, found)
        bytesRead += packetBytes
        offset += packetBytes
      }
      const lastRun = buffer.subarray(runsFrom, offset)
      packets = runs.length === 0 ? lastRun : Buffer.concat([...runs, lastRun])
      rest = offset === buffer.length ? none : Buffer.from(buffer.subarray(offset))
      return found
    },
    get bytesRead() {
      return bytesRead
    },
    get bytesSkipped() {
      return bytesSkipped
    },
    get tables() {
      return programTable && streamTable && Buffer.concat([programTable, streamTable])
    },
    get packets() {
      return packets
    },
  }
}

/** The unwrapped time that is nearest to `near` among all that wrap to `wrapped`. */
export function unwrapTicks(wrapped: number, near: number): number {
  return wrapped + Math.round((near - wrapped) / ticksModulus) * ticksModulus
}

const none: Buffer = Buffer.alloc(0)

const byteAt = (packet: Buffer, at: number): number => packet[at] ?? 0

/** A sync byte with another one packet later; not sure while that one is still to come. */
function findSync(buffer: Buffer, from: number): { readonly at: number; readonly sure: boolean } {
  for (let at = from; at < buffer.length; at += 1) {
    if (buffer[at] !== 0x47) continue
    const after = buffer[at + packetBytes]
    if (after === undefined || after === 0x47) return { at, sure: after !== undefined }
  }
  return { at: buffer.length, sure: false }
}

function readProgramTable(packet: Buffer, payload: number): number | undefined {
  const section = payload + 1 + byteAt(packet, payload)
  if (section + 12 > packetBytes || byteAt(packet, section) !== 0) return undefined
  return ((byteAt(packet, section + 10) & 0x1f) << 8) | byteAt(packet, section + 11)
}

type Followed = { readonly pid: number; readonly isSound: boolean }

/** The first H.264 stream (type 0x1B) of the program; in one without pictures the first AAC stream (type 0x0F, ADTS). */
function readStreamTable(packet: Buffer, payload: number): Followed | undefined {
  const section = payload + 1 + byteAt(packet, payload)
  if (section + 12 > packetBytes || byteAt(packet, section) !== 2) return undefined
  const end = Math.min(packetBytes, section + 3 + (((byteAt(packet, section + 1) & 0x0f) << 8) | byteAt(packet, section + 2)) - 4)
  let at = section + 12 + (((byteAt(packet, section + 10) & 0x0f) << 8) | byteAt(packet, section + 11))
  let sound: Followed | undefined
  while (at + 5 <= end) {
    const type = byteAt(packet, at)
    const pid = ((byteAt(packet, at + 1) & 0x1f) << 8) | byteAt(packet, at + 2)
    if (type === 0x1b) return { pid, isSound: false }
    if (type === 0x0f) sound ??= { pid, isSound: true }
    at += 5 + (((byteAt(packet, at + 3) & 0x0f) << 8) | byteAt(packet, at + 4))
  }
  return sound
}

/** The presentation time of a PES packet, in 90 kHz ticks modulo 2^33, or `undefined` when there is none. */
function readTimeStamp(packet: Buffer, at: number): number | undefined {
  if (at + 14 > packetBytes || packet.readUIntBE(at, 3) !== 1 || (byteAt(packet, at + 7) & 0x80) === 0) return undefined
  const high = (byteAt(packet, at + 9) >> 1) & 7
  const middle = packet.readUInt16BE(at + 10) >> 1
  const low = packet.readUInt16BE(at + 12) >> 1
  return high * 2 ** 30 + middle * 2 ** 15 + low
}
