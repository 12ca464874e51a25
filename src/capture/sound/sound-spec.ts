// The setting of the sound as a value: off, an ALSA device, a network camera's sound, a file, or the simulated rig's.
// Pure: never looks whether a device or a file exists, and never repeats a password in a fault.

import path from 'node:path'
import { EzrecError } from '../../base/errors.ts'
import { addressFault, shownSource } from '../drivers/source-spec.ts'

export type SoundSpec =
  | { readonly kind: 'off' }
  /** `device`: a name of ALSA's. */
  | { readonly kind: 'alsa'; readonly device: string }
  /** `address` holds the user and the password, where there are any. */
  | { readonly kind: 'rtsp'; readonly address: string }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'simulated' }

/** Reads the setting; a relative file is looked for in `cwd`. Errors: `invalid`, with its mend. */
export function parseSoundSpec(setting: string, cwd: string): SoundSpec {
  const text = setting.trim()
  if (text === 'off' || text === 'simulated') return { kind: text }
  const scheme = /^([a-z]+):/.exec(text)?.[1]
  const rest = text.slice((scheme?.length ?? 0) + 1)
  if (scheme === 'alsa') return { kind: 'alsa', device: alsaDevice(setting, rest) }
  if (scheme === 'rtsp') {
    const refused = addressFault(text)
    if (refused) throw refusal(setting, refused.fault, refused.hint)
    return { kind: 'rtsp', address: text }
  }
  if (scheme !== 'file')
    throw refusal(setting, 'it names no known kind of sound', 'write off, alsa:DEVICE, rtsp://..., file:PATH or simulated')
  if (rest.trim() === '' || rest.includes('\0'))
    throw refusal(setting, 'it names no file', 'write file: and a path, for example file:/films/left.mp4')
  return { kind: 'file', file: path.resolve(cwd, rest) }
}

/** A device by its card's name: a number may belong to another one after a restart. `hw` takes what the device gives and nothing else, so
 *  the same device is opened through ALSA's conversion. */
function alsaDevice(setting: string, device: string): string {
  const hint = 'run arecord -L and copy a name, for example alsa:plughw:CARD=Device,DEV=0'
  if (/^(plug)?hw:\d|^card\d|CARD=\d+(,|$)/.test(device))
    throw refusal(setting, 'a microphone is not known by its number: it may be another one after a restart', hint)
  if (!/^[A-Za-z][\w-]{0,40}(:[\w=,.-]{1,120})?$/.test(device)) throw refusal(setting, 'it names no ALSA device', hint)
  return device.replace(/^hw:/, 'plughw:')
}

function refusal(setting: string, fault: string, hint: string): EzrecError {
  const source = shownSource(setting)
  return new EzrecError('invalid', `sound source ${JSON.stringify(source)}: ${fault}`, { hint, facts: { source } })
}
