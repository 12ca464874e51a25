// The forms that a value may have: each takes the text of a variable and says in half a sentence what is wrong with it.
// Never names the variable and never repeats the value: it may be a secret.

import { isIP } from 'node:net'
import { z } from 'zod'
import { logoPositions, rotations } from './picture-words.ts'

export const wholeNumber = (min: number, max: number) =>
  checked(`is not a whole number from ${min} to ${max}`, (text) => /^\d{1,9}$/.test(text) && within(Number(text), min, max)).transform(
    Number,
  )

/** Frames a second that a 90 kHz clock counts without a fraction, so that every picture of a film lasts equally long. */
export const frameRate = checked(
  'is no frame rate of ours: 10, 12, 15, 16, 18, 20, 24, 25, 30, 36, 40, 45, 48, 50 or 60',
  (text) => /^\d{2}$/.test(text) && within(Number(text), 10, 60) && 90_000 % Number(text) === 0,
).transform(Number)

export const decimalNumber = (min: number, max: number) =>
  checked(
    `is not a number from ${min} to ${max}`,
    (text) => /^\d{1,9}(\.\d{1,6})?$/.test(text) && within(Number(text), min, max),
  ).transform(Number)

/** One of some words; case does not matter. */
export const oneOf = <const W extends readonly [string, ...string[]]>(...words: W) =>
  z
    .string()
    .toLowerCase()
    .pipe(z.enum(words, { error: `is none of ${words.join(', ')}` }))

export const flag = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['true', 'false', '1', '0', 'yes', 'no', 'on', 'off'], { error: 'is neither true nor false' }))
  .transform((word) => ['true', '1', 'yes', 'on'].includes(word))

/** The original's words for warnings and worse are taken for ours. */
export const logLevel = z
  .string()
  .transform((text) => text.toUpperCase())
  .transform((word) => (word === 'WARNING' ? 'WARN' : word === 'CRITICAL' ? 'ERROR' : word))
  .pipe(z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR'], { error: 'is none of DEBUG, INFO, WARN, ERROR' }))

/** A folder; `<home>` at its start stands for EZREC_HOME. Resolved by settings.ts. */
export const folder = z.string()

/** A file by its whole path, or below the home: a setting is read wherever a program was started. Resolved by settings.ts. */
export const filePath = checked(
  'is not the whole path of a file, such as /srv/logo.png or <home>/branding/logo.png',
  (text) => /^(\/|<home>\/)[^\0\n]{1,4000}$/.test(text) && !text.endsWith('/'),
)

/** The original wrote its words with an underscore. */
export const logoPosition = z
  .string()
  .transform((text) => text.toLowerCase().replace('_', '-'))
  .pipe(z.enum(logoPositions, { error: `is none of ${logoPositions.join(', ')}` }))

/** An identifier that is safe in a path, a URL and an object key. */
export const identifier = checked(
  'is not 1 to 64 letters, digits, dots, dashes and underscores, beginning with a letter or digit',
  (text) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text),
)

/** Words for people, on one line. */
export const oneLine = checked('is not one line of 1 to 60 letters', (text) => /^[^\p{C}\p{Zl}\p{Zp}]{1,60}$/u.test(text))

/** A credential: anything printable without spaces. */
export const credential = checked('is not 8 to 4096 characters without spaces', (text) => /^[!-~]{8,4096}$/.test(text))

/** `WIDTHxHEIGHT` in pixels, both even (4:2:0 colour). */
export const frameSize = checked('is not WIDTHxHEIGHT in even pixels from 160x90 to 3840x2160', (text) => {
  const [width, height] = sizeOf(text)
  return even(width, 160, 3840) && even(height, 90, 2160)
}).transform((text) => {
  const [width, height] = sizeOf(text)
  return { width, height }
})

/** A name of the IANA time zone database. */
export const timeZone = checked('is not a name of the IANA time zone database', (text) => {
  if (!/^[A-Za-z]/.test(text)) return false // Intl also takes offsets, which know no summer time
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== ''
  } catch {
    return false // a RangeError is how Intl says no
  }
})

export const cameraSchemes = ['auto', 'rpicam', 'v4l2', 'rtsp', 'file', 'simulated'] as const

/** `auto` or `<scheme>:<rest>`; the drivers judge the rest. */
export const cameraSource = checked(`is neither auto nor a source such as ${cameraSchemes.slice(1).join(':, ')}:`, (text) => {
  if (text === 'auto') return true
  const [scheme, rest = ''] = split(text, ':')
  return scheme !== 'auto' && cameraSchemes.some((known) => known === scheme) && isWhole(scheme, rest)
})

/** An address without its two strokes is none; and a password in it would not be known for one. */
const isWhole = (scheme: string, rest: string): boolean => (scheme === 'rtsp' ? /^\/\/\S/.test(rest) : rest.trim() !== '')

export const rotation = checked('is none of 0, 90, 180 and 270', (text) => rotations.some((known) => String(known) === text)).transform(
  (text) => rotations.find((known) => String(known) === text) ?? 0,
)

/** What shows that the cameras record: nothing, a LED that the kernel knows, or a GPIO line by its name or by chip and number. */
export type LightPlace =
  | { readonly kind: 'off' }
  | { readonly kind: 'led'; readonly name: string }
  | { readonly kind: 'gpio'; readonly line: string; readonly chip?: string }

export const lightPlace = checked(
  'is none of off, led:NAME, gpio:LINE and gpio:CHIP/NUMBER',
  (text) => text === 'off' || lightPattern.test(text),
).transform((text): LightPlace => {
  const [, led, chip, line = ''] = lightPattern.exec(text) ?? []
  if (led !== undefined) return { kind: 'led', name: led }
  return line === '' ? { kind: 'off' } : { kind: 'gpio', line, ...(chip === undefined ? {} : { chip }) }
})

/** A number alone would be one on every chip: a name begins with a letter. */
const lightPattern =
  /^(?:led:([A-Za-z0-9][\w:.+-]{0,62})|gpio:(?:(gpiochip\d{1,3})\/(?=\d{1,4}$))?((?<=\/)\d{1,4}|(?<!\/)[A-Za-z][\w.+-]{0,31}))$/

/** `off`, `simulated` or a source of sound; the drivers judge the rest. */
export const soundSource = checked(
  'is neither off nor a source of sound such as alsa:DEVICE, rtsp://ADDRESS, file:PATH or simulated',
  (text) => {
    if (text === 'off' || text === 'simulated') return true
    const [scheme, rest = ''] = split(text, ':')
    return ['alsa', 'rtsp', 'file'].includes(scheme) && isWhole(scheme, rest)
  },
)

/** An http or https address without user, query or fragment; a trailing slash is dropped. */
export const webAddress = checked(
  'is not an http:// or https:// address without user, password, ? and #',
  (text) => URL.canParse(text) && /^https?:\/\//i.test(text) && !/[?#@\s\\]/.test(text),
).transform((text) => text.replace(/\/+$/, ''))

export const hostOrAddress = checked(
  'is neither an IP address nor a host name',
  (text) =>
    isIP(text) !== 0 || (/^(?!-)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*$/.test(text) && !/^[\d.]+$/.test(text) && text.length <= 253),
)

/** Naming rules of general purpose buckets, Amazon S3 User Guide. */
export const bucketName = checked('is not a bucket name (3 to 63 lower-case letters, digits, dots and dashes)', (text) =>
  /^[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]$/.test(text),
)

export const regionName = checked('is not a region name', (text) => /^[a-z0-9][a-z0-9-]{0,62}$/.test(text))

export const mailAddress = checked('is no e-mail address', (text) =>
  /^[^\s@<>"(),:;\\[\]]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*$/.test(text),
)

/** What one signs in to a mail server with. */
export const mailSecret = checked('is not 1 to 256 printable characters', (text) => /^[^\p{C}]{1,256}$/u.test(text))

/** Networks that may speak for a client: `10.0.0.0/8, ::1`. */
export const networkList = list('is not a list of IP addresses and networks (address/bits) parted by commas', isNetwork)

/** Origins as a browser sends them: scheme, host, port; nothing after. */
export const originList = list(
  'is not a list of origins (https://host, no path) parted by commas',
  (text) => /^https?:/.test(text) && URL.parse(text)?.origin === text,
)

/** Permissions taken away from new files, in octal. The owner keeps all of them. */
export const fileMask = checked('is not an octal mask from 0000 to 0077', (text) => /^0?0[0-7]{2}$/.test(text)).transform((text) =>
  Number.parseInt(text, 8),
)

function checked(fault: string, holds: (text: string) => boolean) {
  return z.string().refine(holds, { error: fault })
}

function list(fault: string, holds: (item: string) => boolean) {
  return checked(fault, (text) => itemsOf(text).every(holds)).transform((text) => Object.freeze(itemsOf(text)))
}

const itemsOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')

function isNetwork(text: string): boolean {
  const [address, bits] = split(text, '/')
  const family = isIP(address)
  return family !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)))
}

/** Head and tail around the first `mark`; without one there is no tail. */
function split(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)]
}

function sizeOf(text: string): [number, number] {
  const found = /^(\d{2,5})x(\d{2,5})$/.exec(text)
  return [Number(found?.[1]), Number(found?.[2])]
}

const within = (value: number, min: number, max: number): boolean => value >= min && value <= max

const even = (value: number, min: number, max: number): boolean => value % 2 === 0 && within(value, min, max)
