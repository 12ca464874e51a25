// The names under which a booking may be written: a word that is misspelt must not film people who wanted no film.
// Pure.

import { edits } from '../base/words.ts'

export const bookingFields: readonly string[] = [
  'id',
  'callerId',
  'start_time',
  'startsAt',
  'end_time',
  'endsAt',
  'user_id',
  'userId',
  'camera_id',
  'cameraId',
  'title',
  'record',
  'email',
]

/** What the original's bookings carry besides, and what our own answers do: they mean nothing, and are no mistake. */
const others = new Set([
  ...['date', 'recording_id', 'status', 'created_at', 'updated_at', 'camera_status', 'recording_start', 'recording_end', 'merge_status'],
  ...['upload_status', 'error_message', 'retry_count', 'max_retries'],
  ...['recordingId', 'videoId', 'filmRemovedAt', 'live', 'filmSize', 'effect'],
])

/** Whether nobody knows it. */
export const isStrangeField = (name: string): boolean => !bookingFields.includes(name) && !others.has(name)

/** The field that a strange one was meant to be; `undefined` when it is near none. */
export function meantField(name: string): string | undefined {
  if (!isStrangeField(name)) return undefined
  const written = plain(name)
  if (written.length > longest + 2) return written.includes('record') ? 'record' : undefined
  const near = bookingFields.find((field) => edits(written, plain(field)) <= (field.length < 3 ? 0 : field.length < 6 ? 1 : 2))
  return near ?? (written.includes('record') ? 'record' : undefined)
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]/g, '')

const longest = Math.max(...bookingFields.map(({ length }) => length))
