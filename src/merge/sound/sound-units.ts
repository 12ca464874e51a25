// The access units of sound in a transport stream that holds sound alone, each with its time stamp.
// Never decodes; a unit that is torn or not of our one form is left out. Source: ISO/IEC 13818-1 §2.4.3 (PES), 13818-7 §6.2 (ADTS).

import { packetBytes, readTransport } from '../../capture/mpegts/reader.ts'

/** `ticks` is unwrapped, 90 kHz; `data` is bare AAC of 1024 samples. */
export type SoundUnit = { readonly ticks: number; readonly data: Buffer }

/** Takes pieces of the stream and gives the units that each completes. `near` is where the first time stamp is expected. */
export function readSoundUnits(near = 0): { push(piece: Buffer): SoundUnit[] } {
  const transport = readTransport(near)
  let growing: Growing | undefined
  return {
    push: (piece) => {
      const from = transport.bytesRead
      const starts = new Map(transport.push(piece).map(({ at, ticks }) => [at, ticks]))
      const { packets } = transport
      const units: SoundUnit[] = []
      for (let at = 0; at < packets.length; at += packetBytes) {
        const packet = packets.subarray(at, at + packetBytes)
        const ticks = starts.get(from + at)
        if (ticks !== undefined) growing = beginUnit(packet, ticks)
        else if (growing?.pid === pidOf(packet)) growing.parts.push(payloadOf(packet))
        const unit = growing && wholeUnit(growing)
        if (unit) growing = undefined
        if (unit?.data) units.push({ ticks: unit.ticks, data: unit.data })
      }
      return units
    },
  }
}

/** A PES packet on its way: `bytes` of payload are promised. */
type Growing = { readonly pid: number; readonly ticks: number; readonly bytes: number; readonly parts: Buffer[] }

const pidOf = (packet: Buffer): number => packet.readUInt16BE(1) & 0x1fff

function payloadOf(packet: Buffer): Buffer {
  const control = (packet.readUInt8(3) >> 4) & 3
  if ((control & 1) === 0) return Buffer.alloc(0)
  return packet.subarray((control & 2) === 0 ? 4 : Math.min(packetBytes, 5 + packet.readUInt8(4)))
}

/** A packet of unbounded length is none of ours: its end would never be known. */
function beginUnit(packet: Buffer, ticks: number): Growing | undefined {
  const pes = payloadOf(packet)
  if (pes.length < 9) return undefined
  const header = 9 + pes.readUInt8(8)
  const bytes = pes.readUInt16BE(4) + 6 - header
  return bytes > 0 && header <= pes.length ? { pid: pidOf(packet), ticks, bytes, parts: [pes.subarray(header)] } : undefined
}

/** Once all of it is there: its bytes, or none when they are not one unit of our form. */
function wholeUnit({ ticks, bytes, parts }: Growing): { readonly ticks: number; readonly data: Buffer | undefined } | undefined {
  if (parts.reduce((sum, part) => sum + part.length, 0) < bytes) return undefined
  return { ticks, data: bareUnit(Buffer.concat(parts).subarray(0, bytes)) }
}

/** The unit behind an ADTS header that tells AAC-LC, 48 kHz, one channel, one block, and the length that is there. */
export function bareUnit(adts: Buffer): Buffer | undefined {
  if (adts.length < 8 || adts.readUInt16BE(0) >> 4 !== 0xfff || (adts.readUInt8(1) & 6) !== 0) return undefined
  const form = adts.readUInt16BE(2)
  const length = ((adts.readUInt32BE(3) >>> 13) & 0x1fff) >>> 0
  const header = (adts.readUInt8(1) & 1) === 1 ? 7 : 9
  const isOurs = form >> 14 === 1 && ((form >> 10) & 15) === 3 && ((form >> 6) & 7) === 1 && (adts.readUInt8(6) & 3) === 0
  return isOurs && length === adts.length && length > header ? Buffer.from(adts.subarray(header)) : undefined
}
