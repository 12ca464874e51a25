// The loop maker's program: `node make-loop.ts '<order as JSON>' FOLDER` draws or decodes, encodes, and tells its progress a line at a time.
// Never touches anything but its folder; whether the result is kept is its caller's affair.

import { EzrecError, messageOf } from '../../base/errors.ts'
import { openCourt } from '../court/court.ts'
import { openPitch } from '../pitch/pitch.ts'
import { encodeLoop } from './encode-loop.ts'
import { filmPictures } from './film.ts'
import { loopOrderSchema, type LoopOrder } from './loop-order.ts'
import { groupPictures } from './loop-pictures.ts'
import { reportable, type MakerLine } from './maker-line.ts'

const say = (line: MakerLine): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
process.stdout.on('error', () => stop.abort()) // the one who asked is gone

try {
  const order = loopOrderSchema.parse(JSON.parse(process.argv[2] ?? ''))
  const { format, groupFrames, source } = order
  await encodeLoop(
    {
      format,
      groupFrames,
      firstFrame: source.kind === 'pitch' ? source.firstFrame : 0,
      pictures: groupPictures(picturesOf(order, stop.signal), groupFrames, source.kind === 'black' ? 'still' : source.pictures),
    },
    process.argv[3] ?? '',
    stop.signal,
  )
} catch (error) {
  say({ error: reportable(error instanceof EzrecError ? error.code : 'internal', error) })
  process.stderr.write(`${messageOf(error)}\n`)
  process.exitCode = 1
}

async function* picturesOf({ format, groupFrames, source }: LoopOrder, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  switch (source.kind) {
    case 'black':
      yield blackPicture(format.width, format.height)
      return
    case 'film':
      yield* filmPictures(source.file, format, progress(), signal)
      return
    case 'pitch': {
      const pitch = source.rig === undefined ? openPitch(source.view, format) : openCourt(source.rig, source.view, format)
      const tell = progress()
      let picture: Uint8Array | undefined
      for (let n = 0; n < pitch.frames && !signal.aborted; n += 1) {
        const isShown = source.pictures === 'live' || n % groupFrames === 0
        picture = isShown || picture === undefined ? pitch.picture((source.firstFrame + n) % pitch.frames) : picture
        yield picture
        tell((n + 1) / pitch.frames)
      }
    }
  }
}

/** At most a hundred lines. */
function progress(): (fraction: number) => void {
  let told = -1
  return (fraction) => {
    const percent = Math.floor(fraction * 100)
    if (percent > told) say({ fraction: Math.min(1, fraction) })
    told = Math.max(told, percent)
  }
}

function blackPicture(width: number, height: number): Uint8Array {
  const picture = new Uint8Array((width * height * 3) / 2).fill(128)
  return picture.fill(16, 0, width * height)
}
