// Times of day in which uploads have a highest rate of their own: `08:00-22:00=2000,22:00-06:00=full`.
// Never knows a clock or a time zone: minutes of a day in, minutes of a day out.

import { z } from 'zod'

/** Of a day: `fromMinute` belongs to it, `toMinute` does not; one that ends before it begins goes over midnight. */
export type UploadWindow = {
  readonly fromMinute: number
  readonly toMinute: number
  /** kbit/s; `full`: as fast as it goes; `off`: nothing is sent. */
  readonly rate: number | 'full' | 'off'
}

const item = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)=(full|off|\d{2,8})$/

/** The slowest that an upload may be told to be: below it no part would ever arrive. kbit/s. */
export const leastUploadKbps = 64

const itemsOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')

function windowOf(text: string): UploadWindow | undefined {
  const [, h1, m1, h2, m2, word = ''] = item.exec(text) ?? []
  if (h1 === undefined) return undefined
  const [fromMinute, toMinute] = [Number(h1) * 60 + Number(m1), Number(h2) * 60 + Number(m2)]
  const rate = word === 'full' || word === 'off' ? word : Number(word)
  const isFit = toMinute <= 1_440 && fromMinute !== toMinute && (typeof rate === 'string' || rate >= leastUploadKbps)
  return isFit ? { fromMinute, toMinute, rate } : undefined
}

export const uploadWindows = z
  .string()
  .refine((text) => itemsOf(text).every((each) => windowOf(each) !== undefined), {
    error: `is not a list of HH:MM-HH:MM=RATE parted by commas, each RATE full, off or kbit/s from ${leastUploadKbps}`,
  })
  .transform((text) => Object.freeze(itemsOf(text).flatMap((each) => windowOf(each) ?? [])))
