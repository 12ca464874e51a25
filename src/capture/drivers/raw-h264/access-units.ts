// A bare H.264 byte stream cut into pictures. Source: ITU-T H.264, annex B (start codes) and 7.4.1.2.3 (where a picture begins).
// Never decodes and never judges what is inside a picture.

/** The bytes of one picture with all that belongs to it, start codes included. */
export type RawPicture = { readonly data: Buffer; readonly keyFrame: boolean }

export type RawPictures = {
  /** Takes any piece of the stream; returns the pictures that are whole by now. A picture is whole when the next one begins. */
  push(piece: Buffer): RawPicture[]
}

/** More than this without a new picture is no camera's stream. */
const maxPictureBytes = 8 * 1024 * 1024

/** Throws a RangeError when no picture ends within 8 MiB. */
export function readRawPictures(): RawPictures {
  let held: Buffer = Buffer.alloc(0)
  /** Where in `held` the search for start codes goes on. */
  let searched = 0
  let hasSlice = false
  let keyFrame = false
  return {
    push: (piece) => {
      held = held.length === 0 ? piece : Buffer.concat([held, piece])
      if (held.length > maxPictureBytes) throw new RangeError(`no picture ends within ${maxPictureBytes} bytes`)
      const whole: RawPicture[] = []
      let from = 0
      for (;;) {
        const at = held.indexOf(startCode, searched)
        // Two more bytes tell what kind of unit it is and whether a slice is a picture's first.
        if (at < 0 || at + 5 > held.length) break
        searched = at + 3
        const type = (held[at + 3] ?? 0) & 0x1f
        const isSlice = type === 1 || type === 5
        const begins = isSlice ? ((held[at + 4] ?? 0) & 0x80) !== 0 : opensPicture.has(type)
        if (begins && hasSlice) {
          const cut = at > from && held[at - 1] === 0 ? at - 1 : at
          whole.push({ data: held.subarray(from, cut), keyFrame })
          from = cut
          hasSlice = false
          keyFrame = false
        }
        if (isSlice) hasSlice = true
        if (type === 5) keyFrame = true
      }
      searched = Math.max(searched, held.length - 4, from) - from
      held = Buffer.from(held.subarray(from))
      return whole
    },
  }
}

const startCode = Buffer.from([0, 0, 1])

/** SEI, sequence and picture parameters, delimiter: after a slice each of them begins the next picture. */
const opensPicture: ReadonlySet<number> = new Set([6, 7, 8, 9])
