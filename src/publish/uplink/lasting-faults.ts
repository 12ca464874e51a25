// The kinds of trouble of an upload that last until a person mends something.
// Never says what an answer means: fault-policy.ts of the bucket does.

export const lastingFaults: ReadonlySet<string> = new Set([
  'bucket-gone',
  'credentials',
  'region',
  'encryption',
  'forbidden',
  'quota',
  'unsupported',
  'unconfirmed',
])
