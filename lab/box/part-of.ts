// Which part of a box a process is, by its command line; and what a board would need for what was measured here.
// Pure. A process that nobody knows is told as `other`, never left out.

/** `rig` stands for the light on the sensors: no real box has it, and it is counted apart. */
export const parts = ['rig', 'cameras', 'chains', 'decode', 'merge', 'encode', 'verify', 'api', 'other'] as const
export type Part = (typeof parts)[number]

/** Of arguments as /proc has them: parted by a null character. */
export function partOf(commandLine: string): Part {
  const words = commandLine.split('\0')
  const has = (...wanted: readonly string[]): boolean => wanted.every((word) => words.includes(word))
  const runs = (file: string): boolean => words.some((word) => word.endsWith(file))
  if (runs('loop-camera/main.ts') || runs('encoded-rig/main.ts')) return 'rig'
  if (words[0]?.endsWith('ffmpeg') === true) {
    if (has('nut', 'rawvideo')) return 'rig'
    if (has('nut', 'libx264')) return 'cameras'
    if (has('libx264') || has('h264_v4l2m2m')) return 'encode'
    if (has('-xerror')) return 'verify'
    if (has('mpegts') && !has('libx264')) return 'decode'
    return 'other'
  }
  if (runs('camera-chain.ts') || has('recorder')) return 'chains'
  if (has('worker')) return 'merge'
  return has('api') ? 'api' : 'other'
}

export type Cores = Readonly<Record<Part, number>>

/** What keeping up would have cost: a merge that fell behind, or caught up, did another share of its work than the match took meanwhile. */
export const inRealTime = (cores: Cores, mergedShare: number): Cores => ({
  ...cores,
  decode: round(cores.decode / mergedShare, 3),
  merge: round(cores.merge / mergedShare, 3),
  encode: round(cores.encode / mergedShare, 3),
  verify: round(cores.verify / mergedShare, 3),
})

/** What one core of a Raspberry Pi 5 does of x264's work: so much of it for 1080p at 30 frames a second with fast presets. */
const a76Cores = { least: 0.6, most: 0.9 }
export const a76Source =
  'x264 encodes 1080p30 with 0.6 to 0.9 of a Cortex-A76 core: Raspberry Pi white paper RP-010033, as quoted in AlexBtlle/pi4-IA-Homekit-Camera issue 59'

export type BoardEstimate = {
  readonly isEstimate: true
  readonly board: 'Raspberry Pi 5, 4 cores'
  /** Cores there for one core here. */
  readonly factor: { readonly least: number; readonly most: number }
  readonly factorFrom: string
  readonly cores: { readonly least: number; readonly most: number }
  readonly coresByPart: Readonly<Record<string, readonly [least: number, most: number]>>
}

/** `referenceCores`: what x264 takes of a core here for 1080p30. One factor for all parts: what is no encoder may differ. */
export function estimateBoard(cores: Cores, referenceCores: number): BoardEstimate {
  const factor = { least: round(a76Cores.least / referenceCores), most: round(a76Cores.most / referenceCores) }
  const product = parts.filter((part) => part !== 'rig')
  const sum = product.reduce((all, part) => all + cores[part], 0)
  return {
    isEstimate: true,
    board: 'Raspberry Pi 5, 4 cores',
    factor,
    factorFrom: `${a76Source}; here it takes ${round(referenceCores)} of a core`,
    cores: { least: round(sum * factor.least), most: round(sum * factor.most) },
    coresByPart: Object.fromEntries(product.map((part) => [part, [round(cores[part] * factor.least), round(cores[part] * factor.most)]])),
  }
}

const round = (value: number, digits = 2): number => Math.round(value * 10 ** digits) / 10 ** digits
