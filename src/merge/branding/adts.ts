// A stream of ADTS frames cut into the bare access units of our one form of sound.
// Pure; stops where it is no longer such a stream. Source: ISO/IEC 13818-7 §6.2.

import { bareUnit } from '../sound/sound-units.ts'

/** In order, until the first frame that is torn or of another form. */
export function unitsOfAdts(stream: Buffer): Buffer[] {
  const units: Buffer[] = []
  for (let at = 0; at + 7 <= stream.length;) {
    const length = (stream.readUInt32BE(at + 3) >>> 13) & 0x1fff
    const unit = length >= 7 ? bareUnit(stream.subarray(at, at + length)) : undefined
    if (!unit) break
    units.push(unit)
    at += length
  }
  return units
}
