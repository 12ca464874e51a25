// The sound of a film as a second track: its description beside the picture's, its access units behind the pictures of each fragment.
// Pure; nothing is encoded here. Sources: ISO/IEC 14496-12 §8, 14496-14 §5.6 (mp4a, esds), 14496-3 §1.6 (AudioSpecificConfig).

import { soundForm } from '../../capture/drivers/sound-arguments.ts'
import { boxAt, boxesIn, boxNamed, damaged, makeBox, makeFullBox, readU32, u32, type Box } from '../boxes.ts'

export const soundTrack = 2

/** Access units a second: the rate of the sound's own grid. */
export const unitsPerSecond = soundForm.sampleRate / soundForm.unitSamples

/** 1024 samples of nothing: one channel without a single coefficient. */
export const silentUnit: Buffer = Buffer.from([0x00, 0xc8, 0x00, 0x80, 0x23, 0x80])

/** The encoder's init segment with a second track for the sound. Errors: media_unreadable. */
export function addSoundTrack(init: Buffer): Buffer {
  const boxes = boxesIn(init)
  return Buffer.concat(boxes.map((box) => (box.type === 'moov' ? makeBox('moov', ...moovParts(box)) : box.whole)))
}

function moovParts(moov: Box): Buffer[] {
  const parts = boxesIn(moov.body)
  const lastTrack = parts.findLastIndex(({ type }) => type === 'trak')
  boxNamed(parts, 'mvex')
  return parts.flatMap(({ type, whole, body }, n) => {
    if (type === 'mvhd') return [withNextTrack(whole)]
    if (type === 'mvex') return [makeBox('mvex', body, makeFullBox('trex', 0, u32(soundTrack, 1, soundForm.unitSamples, 0, 0)))]
    return n === lastTrack ? [whole, soundTrak()] : [whole]
  })
}

/** The last field of the film's header: the id that a further track would get. */
function withNextTrack(mvhd: Buffer): Buffer {
  const copy = Buffer.from(mvhd)
  copy.writeUInt32BE(soundTrack + 1, copy.length - 4)
  return copy
}

function soundTrak(): Buffer {
  const tkhd = Buffer.concat([u32(3, 0, 0, soundTrack, 0, 0, 0, 0, 0, 0x01000000), unityMatrix, u32(0, 0)])
  const mdhd = makeFullBox('mdhd', 0, u32(0, 0, soundForm.sampleRate, 0, 0x55c40000))
  const hdlr = makeFullBox('hdlr', 0, u32(0), Buffer.from('soun', 'latin1'), u32(0, 0, 0), Buffer.from('SoundHandler\0', 'latin1'))
  const dinf = makeBox('dinf', makeFullBox('dref', 0, u32(1), makeBox('url ', u32(1))))
  const empty = ['stts', 'stsc', 'stco'].map((type) => makeFullBox(type, 0, u32(0)))
  const stbl = makeBox('stbl', makeFullBox('stsd', 0, u32(1), soundDescription()), ...empty, makeFullBox('stsz', 0, u32(0, 0)))
  const minf = makeBox('minf', makeFullBox('smhd', 0, u32(0)), dinf, stbl)
  return makeBox('trak', makeBox('tkhd', tkhd), makeBox('mdia', mdhd, hdlr, minf))
}

const unityMatrix = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)

/** mp4a with its esds: AAC-LC, index 3 = 48 kHz, channels as they are. */
function soundDescription(): Buffer {
  const { sampleRate, channels, bitrateKbps } = soundForm
  const config = (2 << 11) | (3 << 7) | (channels << 3)
  const specific = descriptor(5, Buffer.from([config >> 8, config & 0xff]))
  const decoder = descriptor(4, Buffer.from([0x40, 0x15, 0, 0x18, 0]), u32(bitrateKbps * 1_000, bitrateKbps * 1_000), specific)
  const stream = descriptor(3, Buffer.from([0, soundTrack, 0]), decoder, descriptor(6, Buffer.from([2])))
  const entry = Buffer.concat([u32(0, 1, 0, 0), Buffer.from([0, channels, 0, 16]), u32(0, sampleRate << 16)])
  return makeBox('mp4a', entry, makeFullBox('esds', 0, stream))
}

/** ISO/IEC 14496-1 §8.3.3: none of ours is longer than one byte of length can tell. */
function descriptor(tag: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag, body.length]), body])
}

/** The fragment with these access units behind its pictures. Its decode times are set when it is placed. Errors: media_unreadable. */
export function addSound(fragment: Buffer, units: readonly Buffer[]): Buffer {
  const boxes = boxesIn(fragment)
  const moof = boxNamed(boxes, 'moof')
  const mdat = boxNamed(boxes, 'mdat')
  if (units.length === 0) return fragment
  if (mdat.start !== moof.start + moof.whole.length) throw damaged('its samples do not follow their tables')
  const grown = moof.whole.length + soundTraf(units, 0).length
  const header = mdat.whole.length - mdat.body.length
  const traf = soundTraf(units, grown + header + mdat.body.length)
  const pictures = boxesIn(moof.body).map((box) => (box.type === 'traf' ? movedTraf(box, grown - moof.whole.length) : box.whole))
  return Buffer.concat([
    fragment.subarray(0, moof.start),
    makeBox('moof', ...pictures, traf),
    mdatHeader(mdat.whole.subarray(0, header), mdat.body.length + units.reduce((sum, unit) => sum + unit.length, 0)),
    mdat.body,
    ...units,
  ])
}

/** `default-base-is-moof`, one duration for all, a size each. */
function soundTraf(units: readonly Buffer[], dataOffset: number): Buffer {
  const sizes = u32(...units.map(({ length }) => length))
  const tfhd = makeBox('tfhd', u32(0x02_00_28, soundTrack, soundForm.unitSamples, 0x02000000))
  const tfdt = makeFullBox('tfdt', 1, u32(0, 0))
  return makeBox('traf', tfhd, tfdt, makeBox('trun', u32(0x201, units.length, dataOffset), sizes))
}

/** Offsets count from the start of the tables, which have grown. */
function movedTraf({ whole }: Box, by: number): Buffer {
  const copy = Buffer.from(whole)
  const body = boxAt(boxesIn(copy)[0]?.body ?? copy, 'trun').body
  if ((readU32(body, 0) & 1) === 0) throw damaged('a run does not say where it begins')
  body.writeUInt32BE((readU32(body, 8) + by) >>> 0, 8)
  return copy
}

function mdatHeader(header: Buffer, bytes: number): Buffer {
  const copy = Buffer.from(header)
  if (copy.length === 16) copy.writeBigUInt64BE(BigInt(bytes + 16), 8)
  else copy.writeUInt32BE(bytes + 8, 0)
  return copy
}
