// What is asked of both real cameras of a rig alike, whatever their kind.
// Never names a camera: what belongs to one stands behind the `?` of its source.

export type CameraTuning = {
  readonly bitrateKbps: number
  /** Of the mains, in hertz: lamps flicker at twice this. */
  readonly mainsHz: 50 | 60
  /** Fixed for both when set; otherwise each camera finds its own. Microseconds. */
  readonly shutterUs?: number | undefined
  /** Sensor gain, fixed for both when set. */
  readonly gain?: number | undefined
  /** White balance, fixed for both when set. */
  readonly awbGains?: { readonly red: number; readonly blue: number } | undefined
}

export const defaultTuning: CameraTuning = { bitrateKbps: 5_000, mainsHz: 50 }
