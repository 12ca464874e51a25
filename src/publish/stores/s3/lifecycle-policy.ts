// Whether the bucket clears away by itself what uploads leave behind, and not sooner than a box may be offline.
// Pure. Source: AbortIncompleteMultipartUpload, Amazon S3 API Reference.

export type LifecycleRule = {
  readonly enabled: boolean
  /** It holds for keys that begin so; empty for all. Absent when it asks for more than that. */
  readonly prefix: string | undefined
  /** Incomplete uploads go after so many days. */
  readonly abortAfterDays: number | undefined
}

export const leastDays = 7

export type LifecycleVerdict = 'good' | 'none' | 'too-soon'

/** One that is too soon outweighs all others: the store applies each. */
export function judgeLifecycle(rules: readonly LifecycleRule[]): LifecycleVerdict {
  const days = rules.flatMap(({ enabled, prefix, abortAfterDays }) =>
    enabled && abortAfterDays !== undefined ? [{ prefix, abortAfterDays }] : [],
  )
  if (days.some(({ abortAfterDays }) => abortAfterDays < leastDays)) return 'too-soon'
  return days.some(({ prefix }) => prefix === '') ? 'good' : 'none'
}

/** The rule to add, for whoever administers the bucket. Replaces all rules of the bucket: told with it. */
export const lifecycleOffer = (bucket: string): string =>
  `add a rule (this command replaces all rules of the bucket): aws s3api put-bucket-lifecycle-configuration --bucket ${bucket} --lifecycle-configuration ` +
  `'{"Rules":[{"ID":"ezrec-leftovers","Status":"Enabled","Filter":{"Prefix":""},"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":${leastDays}}}]}'`
