// What v4l2-ctl prints of devices and of what they offer, as values; which nodes are cameras.
// Pure: never starts the program; v4l2-probe.ts does.

export type V4l2Group = {
  readonly name: string
  /** Such as `usb-0000:01:00.0-1.1` or `platform:bcm2835-codec`. */
  readonly bus: string
  readonly nodes: readonly string[]
}

/** One size at one rate in one form. Ranges are told by their ends. */
export type V4l2Offer = {
  /** Four characters: `H264`, `MJPG`, `YUYV`...; with `-BE` behind them where each pixel's bytes are the other way round. */
  readonly pixels: string
  readonly minWidth: number
  readonly minHeight: number
  readonly maxWidth: number
  readonly maxHeight: number
  readonly minFps: number
  readonly maxFps: number
}

/** Groups of `v4l2-ctl --list-devices`. */
export function parseDeviceListing(text: string): V4l2Group[] {
  const groups: (V4l2Group & { nodes: string[] })[] = []
  for (const line of text.split('\n')) {
    const [, name, bus] = /^(\S.{0,200}) \(([^()\s]{1,200})\):\s*$/.exec(line) ?? []
    if (name !== undefined && bus !== undefined) groups.push({ name, bus, nodes: [] })
    const node = /^\s+(\/dev\/video\d{1,4})\s*$/.exec(line)?.[1]
    if (node !== undefined) groups.at(-1)?.nodes.push(node)
  }
  return groups
}

/** Cameras at a plug. Decoders, encoders, image processors and the raw ends of CSI sensors have nodes, too, but no plug; a Pi shows 36. */
export const isPluggedCamera = ({ bus }: V4l2Group): boolean => bus.startsWith('usb-')

/** What `v4l2-ctl --list-formats-ext` says that a node gives. A node that gives no pictures (metadata, output) gives an empty list. */
export function parseFormatListing(text: string): V4l2Offer[] {
  const offers: V4l2Offer[] = []
  let isCapture = true
  let pixels = ''
  let size: Pick<V4l2Offer, 'minWidth' | 'minHeight' | 'maxWidth' | 'maxHeight'> | undefined
  for (const line of text.split('\n')) {
    const type = /^\s*Type: (.*)$/.exec(line)?.[1]
    if (type !== undefined) isCapture = type.startsWith('Video Capture')
    const format = /^\s*\[\d+\]: '(.{4}(?:-BE)?)'/.exec(line)?.[1]
    if (format !== undefined) [pixels, size] = [format.trim(), undefined]
    size = sizeIn(line) ?? size
    const rates = ratesIn(line)
    if (isCapture && pixels !== '' && size && rates) offers.push({ pixels, ...size, ...rates })
  }
  return offers
}

function sizeIn(line: string): Pick<V4l2Offer, 'minWidth' | 'minHeight' | 'maxWidth' | 'maxHeight'> | undefined {
  const [, width, height] = /^\s*Size: Discrete (\d{1,5})x(\d{1,5})/.exec(line)?.map(Number) ?? []
  if (width !== undefined && height !== undefined) return { minWidth: width, minHeight: height, maxWidth: width, maxHeight: height }
  const range = /^\s*Size: (?:Stepwise|Continuous) (\d{1,5})x(\d{1,5}) - (\d{1,5})x(\d{1,5})/.exec(line)?.slice(1).map(Number)
  if (!range) return undefined
  const [minWidth = 0, minHeight = 0, maxWidth = 0, maxHeight = 0] = range
  return { minWidth, minHeight, maxWidth, maxHeight }
}

function ratesIn(line: string): Pick<V4l2Offer, 'minFps' | 'maxFps'> | undefined {
  const one = /^\s*Interval: Discrete .*\((\d{1,4}(?:\.\d{1,6})?) fps\)/.exec(line)?.[1]
  if (one !== undefined) return { minFps: Number(one), maxFps: Number(one) }
  const range = /^\s*Interval: (?:Stepwise|Continuous) .*\((\d{1,4}(?:\.\d{1,6})?)\s*-\s*(\d{1,4}(?:\.\d{1,6})?) fps\)/.exec(line)
  return range ? { minFps: Number(range[1]), maxFps: Number(range[2]) } : undefined
}
