// Which container a film is in, by its first bytes: that demuxer is forced, and no other is ever tried. What only names other files is no film.
// Pure. Never believes a name: a playlist called film.mp4 is a playlist.

/** A demuxer of ffmpeg. */
export type FilmForm = 'mov' | 'matroska' | 'mpegts' | 'avi' | 'mpeg' | 'flv'

/** So many bytes are enough. */
export const sniffBytes = 1_024

/** Boxes with which an MP4 or QuickTime file may begin. */
const movBoxes: ReadonlySet<string> = new Set(['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot'])

/** The form, or why there is none. */
export function filmFormOf(head: Buffer): FilmForm | { readonly fault: string } {
  if (head.length === 0) return { fault: 'it is empty' }
  if (movBoxes.has(textAt(head, 4, 4))) return 'mov'
  if (head.subarray(0, 4).equals(Buffer.from('1a45dfa3', 'hex'))) return 'matroska'
  if (textAt(head, 0, 4) === 'RIFF' && textAt(head, 8, 4) === 'AVI ') return 'avi'
  if (head.subarray(0, 4).equals(Buffer.from('000001ba', 'hex'))) return 'mpeg'
  if (textAt(head, 0, 3) === 'FLV') return 'flv'
  if (isTransportStream(head)) return 'mpegts'
  return { fault: faultOf(head) }
}

/** Five packets of 188 bytes, or all that there are, each with its sync byte; with four bytes of time in front in M2TS. */
function isTransportStream(head: Buffer): boolean {
  return [
    { first: 0, step: 188 },
    { first: 4, step: 192 },
  ].some(({ first, step }) => {
    const marks = [0, 1, 2, 3, 4].map((n) => first + n * step).filter((at) => at < head.length)
    return marks.length >= 2 && marks.every((at) => head[at] === 0x47)
  })
}

function faultOf(head: Buffer): string {
  const text = head.toString('latin1', 0, 256).trimStart()
  if (text.startsWith('#EXTM3U')) return 'it is a playlist, not a film'
  if (text.startsWith('ffconcat') || /^file\s/.test(text)) return 'it is a list of files, not a film'
  if (/^<\?xml|^<MPD|^<smil/i.test(text)) return 'it is a description of a stream, not a film'
  if (/^v=0\s/.test(text)) return 'it is a description of a session, not a film'
  if (head.subarray(0, 3).equals(Buffer.from('000001', 'hex')) || head.subarray(0, 4).equals(Buffer.from('00000001', 'hex')))
    return 'it is a bare stream without time stamps: wrap it first, for example ffmpeg -r 25 -i IN -c copy OUT.mp4'
  if (/^\x89PNG|^\xff\xd8\xff|^GIF8/.test(text)) return 'it is a still picture'
  return 'it is in no container that is known: MP4, QuickTime, Matroska, WebM, MPEG-TS, MPEG-PS, AVI or FLV'
}

const textAt = (head: Buffer, at: number, length: number): string => head.toString('latin1', at, at + length)
