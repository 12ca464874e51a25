// Invariant 7: a film's status is never better than the truth: with a gap, an interruption or a view that showed nothing it is partial.
// Never looks at the film itself.

import { findRecording } from '../../capture/recording-store.ts'
import { listGaps } from '../../merge/chunk-store.ts'
import { listVideos } from '../../publish/video.ts'
import type { Oracle } from '../oracle.ts'

export const honestStatusOracle: Oracle = {
  name: 'status is not better than the truth',
  findings: ({ db }) =>
    Promise.resolve(
      listVideos(db, Number.MAX_SAFE_INTEGER).flatMap((video) => {
        if (video.published?.status !== 'complete') return []
        const gaps = listGaps(db, video.recordingId).length
        const bookingId = findRecording(db, video.recordingId)?.bookingId ?? ''
        const interrupted = db.get('select interrupted_at_ms from booking where id = ?', bookingId)?.['interrupted_at_ms'] != null
        const lacks = video.published.verdict?.partialBecause ?? []
        const why = [...(gaps > 0 ? [`${gaps} gaps`] : []), ...(interrupted ? ['an interruption'] : []), ...lacks].join(' and ')
        if (why === '') return []
        return [
          {
            path: `video ${video.id}`,
            fault: `it is called complete and has ${why}`,
            mend: 'report this: the film is well, its label is not',
          },
        ]
      }),
    ),
}
