// What `rpicam-vid --list-cameras` prints, as values, and which of the cameras a setting means.
// Pure: never starts the program; rpicam-probe.ts does.

/** A sensor's way of being read out. `crop` is the part of the sensor that it sees. */
export type SensorMode = {
  /** Such as `SRGGB10_CSI2P`. */
  readonly pixelFormat: string
  readonly bitDepth: number
  readonly packed: boolean
  readonly width: number
  readonly height: number
  readonly maxFps: number
  readonly crop: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}

export type CsiCamera = {
  /** What `--camera` wants; it holds until the next boot at most. */
  readonly index: number
  /** Such as `imx708_wide`. */
  readonly model: string
  readonly width: number
  readonly height: number
  /** The sensor's place in the device tree: it stays when an index moves. */
  readonly path: string
  readonly modes: readonly SensorMode[]
}

/** Cameras in the order printed. Lines that are none of it (a library's remarks) are passed over; no camera is an empty list. */
export function parseCameraListing(text: string): CsiCamera[] {
  const cameras: (CsiCamera & { modes: SensorMode[] })[] = []
  let pixelFormat = ''
  for (const line of text.split('\n')) {
    const head = /^\s*(\d{1,3}) : (.{1,200}?) \[(\d{1,6})x(\d{1,6})[^\]]*\] \((\/[^)\s]{1,300})\)\s*$/.exec(line)
    const [, index, model = '', width, height, path = ''] = head ?? []
    if (head) {
      cameras.push({ index: Number(index), model, width: Number(width), height: Number(height), path, modes: [] })
      pixelFormat = ''
      continue
    }
    pixelFormat = /'([A-Za-z0-9_]{1,40})' :/.exec(line)?.[1] ?? pixelFormat
    const mode = modeOf(line, pixelFormat)
    if (mode) cameras.at(-1)?.modes.push(mode)
  }
  return cameras
}

/** The camera at a path of the device tree. A new kernel may give the buses above it other addresses, so a path that is not there as
 *  written is looked for by its last two parts (`i2c@88000/imx708@1a`), if they name one camera. */
export function cameraAt(cameras: readonly CsiCamera[], path: string): CsiCamera | undefined {
  const exact = cameras.find((camera) => camera.path === path)
  if (exact) return exact
  const alike = cameras.filter((camera) => tailOf(camera.path) === tailOf(path))
  return alike.length === 1 ? alike[0] : undefined
}

const tailOf = (path: string): string => path.split('/').slice(-2).join('/')

function modeOf(line: string, pixelFormat: string): SensorMode | undefined {
  const found = /(\d{1,6})x(\d{1,6}) \[(\d{1,6}(?:\.\d{1,6})?) fps - \((\d{1,6}), (\d{1,6})\)\/(\d{1,6})x(\d{1,6}) crop\]/.exec(line)
  if (!found || pixelFormat === '') return undefined
  const [width = 0, height = 0, maxFps = 0, x = 0, y = 0, cropWidth = 0, cropHeight = 0] = found.slice(1).map(Number)
  return {
    pixelFormat,
    bitDepth: Number(/^[A-Z]+(\d+)/.exec(pixelFormat)?.[1] ?? 0),
    packed: /_CSI2P|_PISP_COMP/.test(pixelFormat),
    width,
    height,
    maxFps,
    crop: { x, y, width: cropWidth, height: cropHeight },
  }
}
