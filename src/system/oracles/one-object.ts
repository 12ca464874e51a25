// Invariant 6: at most one object per video, and no upload left open past its owner.
// Never opens a film: names are enough.

import path from 'node:path'
import type { Recording } from '../../capture/recording.ts'
import { findVideoOf } from '../../publish/video.ts'
import { listFiles, type TreeFile } from '../media-tree.ts'
import type { Finding, Oracle } from '../oracle.ts'
import { listRecordings } from '../recording-rows.ts'

export const oneObjectOracle: Oracle = {
  name: 'one object per video',
  findings: async ({ db, storeFolder }) => {
    const files = await listFiles(storeFolder)
    return listRecordings(db).flatMap((recording) =>
      judgeObjects(storeFolder, files, { id: recording.id, openUpload: !isOver(recording) && !findVideoOf(db, recording.id)?.published }),
    )
  },
}

/** Pure: the films and open uploads of one recording among the files of the store. */
export function judgeObjects(
  root: string,
  files: readonly TreeFile[],
  recording: { readonly id: string; readonly openUpload: boolean },
): Finding[] {
  const own = files.filter(({ name }) => path.basename(name).startsWith(recording.id))
  const films = own.filter(({ name }) => name.endsWith('.mp4'))
  const partials = own.filter(({ name }) => name.endsWith('.partial'))
  return [
    ...films.slice(1).map(({ name }) => ({
      path: path.join(root, name),
      fault: `recording ${recording.id} has another film: ${films[0]?.name ?? ''}`,
      mend: 'keep the one that the video row names, move the other away',
    })),
    ...(recording.openUpload ? partials.slice(1) : partials).map(({ name }) => ({
      path: path.join(root, name),
      fault: 'an upload was left open: its recording is over',
      mend: 'move the file away: what there is of the film is in its chunks',
    })),
  ]
}

const isOver = ({ steps }: Recording): boolean => steps.every(({ state }) => state === 'done' || state === 'failed')
