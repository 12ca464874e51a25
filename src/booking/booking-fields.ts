// The names under which a booking may be written: a word that is misspelt must not film people who wanted no film.
// Pure.

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

/** Letters that were added, left out, mistaken or swapped with their neighbour: the optimal string alignment distance. */
function edits(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= a.length; i += 1) {
    rows[i] = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY
      const least = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + Number(a[i - 1] !== b[j - 1]), swapped)
      rows[i]?.push(least)
    }
  }
  return at(a.length, b.length)
}
