// Invariant 4: every file in the media tree is named by a row, is growing, or is on its way; whatever else is there is reported as foreign.
// Never touches what it finds: a foreign file may be somebody's.

import path from 'node:path'
import { diskMark } from '../../adapters/media-disks.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { followJournal, journalFile } from '../../capture/journal.ts'
import type { Recording } from '../../capture/recording.ts'
import { segmentFile } from '../../capture/segment-writer.ts'
import { listTakes } from '../../capture/stored-takes.ts'
import { bookendFile, listBookends } from '../../merge/branding/bookend-store.ts'
import { chunkFile, initFile, listChunks } from '../../merge/chunk-store.ts'
import { posterFile } from '../../merge/poster.ts'
import { hasSmallPictures } from '../../merge/preview/small-picture-store.ts'
import { companionKey, companionPattern, listCompanions } from '../../publish/companions/companion-store.ts'
import { clipFile, listClips } from '../../publish/clips/clip-store.ts'
import { listPhoneClips, phoneClipFile } from '../../publish/clips/phone-clip-store.ts'
import { renditionSize } from '../../publish/companions/rendition-policy.ts'
import { findVideoOf, type Video } from '../../publish/video.ts'
import { comingKey, findExchange } from '../../publish/exchange/exchange-store.ts'
import { listSwept } from '../../publish/swept-store.ts'
import { videosToRemove } from '../../publish/removed-video.ts'
import { listFiles, type TreeFile } from '../media-tree.ts'
import type { Finding, Home, Oracle } from '../oracle.ts'
import { listRecordings } from '../recording-rows.ts'

/** The trees are listed before the rows are read: what was there then has its row by now. */
export const filesHaveRowsOracle: Oracle = {
  name: 'every file is known',
  findings: async (home) => {
    const [takes, recordings, store] = [
      await listFiles(home.takesFolder),
      await listFiles(home.recordingsFolder),
      await listFiles(home.storeFolder),
    ]
    const all = listRecordings(home.db)
    return [
      ...strangers(home.takesFolder, takes, await namesOfTakes(home)),
      ...strangers(
        home.recordingsFolder,
        recordings,
        all.flatMap((recording) => namesOfRecording(home.db, recording)),
      ),
      ...strangers(
        home.storeFolder,
        store,
        all.flatMap((recording) => namesOfVideo(home.db, recording)),
      ),
    ]
  },
}

/** A name that may be there, or a pattern of names. */
type Known = string | RegExp

/** Pure: files that nothing names, and links, which nothing of ours makes. */
export function strangers(root: string, files: readonly TreeFile[], known: readonly Known[]): Finding[] {
  const names = new Set([diskMark, ...known.filter((each) => typeof each === 'string')])
  const patterns = known.filter((each) => each instanceof RegExp)
  return files.flatMap(({ name, isRegular }) => {
    const file = path.join(root, name)
    if (!isRegular)
      return [{ path: file, fault: 'it is no regular file: nothing here makes such a thing', mend: 'move it out of the media folders' }]
    if (names.has(name) || patterns.some((pattern) => pattern.test(name))) return []
    return [
      { path: file, fault: 'no row names it: it is foreign, or was left over', mend: 'move it out of the media folders; nothing needs it' },
    ]
  })
}

/** Segments by their rows, erased ones too: their files are on their way out; those of a take that still grows, or whose journal the rows have not followed to its end, by the journal. */
async function namesOfTakes({ db, takesFolder }: Home): Promise<Known[]> {
  const names: Known[] = []
  for (const take of listTakes(db, takesFolder)) {
    const folder = path.relative(takesFolder, take.folder)
    names.push(journalFile(folder), ...take.opened.map(({ number }) => path.join(folder, segmentFile(number))))
    const journal = followJournal(journalFile(take.folder))
    const lines = await journal.read().catch(() => [])
    const followed = Number(db.get('select journal_bytes from take where id = ?', take.id)?.['journal_bytes'] ?? 0)
    if (take.ended && followed >= journal.bytes) continue
    for (const line of lines) if (line.is === 'opened') names.push(path.join(folder, segmentFile(line.number)))
  }
  return names
}

const markerNames = ['recording.json', 'recording.lock', 'recording.done', 'recording.merged', 'recording.completed', 'recording.error']

function namesOfRecording(db: Database, recording: Recording): Known[] {
  const inFolder = (name: string): string => path.join(recording.folder, name)
  const bookends = listBookends(db, recording.id).map(({ slot }) => bookendFile(slot))
  const clips = listClips(db, recording.id)
  const clipFiles = clips.flatMap(({ id, files }) => files.map(({ name }) => clipFile(id, name)))
  const phoneClips = listPhoneClips(db, recording.id)
  const isGone = listSwept(db, recording.id).some(({ what, goneAtMs }) => what === 'chunks' && goneAtMs !== undefined)
  const ofChunks = [posterFile, initFile, ...bookends, ...listChunks(db, recording.id).map(({ number }) => chunkFile(number))]
  const own: Known[] = [
    ...markerNames,
    ...clipFiles,
    ...phoneClips.filter(({ made }) => made).map(({ id }) => phoneClipFile(id)),
    ...(isGone ? [] : ofChunks),
  ].map(inFolder)
  for (const { id, state } of clips)
    if (state !== 'made') own.push(new RegExp(`^${RegExp.escape(inFolder(clipFile(id, '')))}(left|right)-\\d+\\.mp4(\\.[\\w.]+\\.tmp)?$`))
  for (const { id, made } of phoneClips)
    if (!made) own.push(new RegExp(`^${RegExp.escape(inFolder(phoneClipFile(id)))}(\\.[\\w.]+\\.tmp)?$`))
  const video = findVideoOf(db, recording.id)
  if (video?.removed && isLeaving(db, video)) return [...own, new RegExp(`^${RegExp.escape(recording.folder)}/(chunks|clips)/[\\w.-]+$`)]
  return isOpen(recording) ? [...own, new RegExp(`^${RegExp.escape(recording.folder)}/(chunks/)?[\\w.]+(\\.tmp|\\.m4s)$`)] : own
}

function namesOfVideo(db: Database, recording: Recording): Known[] {
  const video = findVideoOf(db, recording.id)
  if (!video) return []
  const poster = video.objectKey.replace(/\.mp4$/, '.jpg')
  if (video.removed && !isLeaving(db, video)) return []
  if (video.removed)
    return [new RegExp(`^${RegExp.escape(poster.replace(/\.jpg$/, ''))}\\.(mp4|jpg)(\\.[\\w.]+)?$`), ...patternsBeside(video)]
  const going = listSwept(db, recording.id)
  const isGone = going.some(({ what, goneAtMs }) => what === 'film' && goneAtMs !== undefined)
  const leaving = going.some(({ what, goneAtMs }) => what === 'rendition' && goneAtMs === undefined)
    ? [companionKey(video, 'rendition')]
    : []
  const coming = findExchange(db, video.id)?.film ? [comingKey(video)] : []
  if (video.published) return [...(isGone ? [] : [video.objectKey]), ...coming, poster, ...leaving, ...namesOfCompanions(db, video)]
  return [
    ...listCompanions(db, video.id).map(({ objectKey }) => objectKey),
    video.objectKey,
    `${video.objectKey}.partial`,
    poster,
    new RegExp(`^${RegExp.escape(poster)}\\.[\\w.]+\\.tmp$`),
  ]
}

/** The files of a film that was removed are on their way out, until they are gone. */
const isLeaving = (db: Database, video: Video): boolean => videosToRemove(db).some(({ id }) => id === video.id)

const patternsBeside = (video: Video): RegExp[] => [companionPattern(video, 'previews'), companionPattern(video, 'rendition')]

/** While some are still to be made, any of them may be on its way. */
function namesOfCompanions(db: Database, video: Video): Known[] {
  const made = listCompanions(db, video.id)
  const wantsRendition = video.published && renditionSize(video.published) && made.every(({ kind }) => kind !== 'rendition')
  const onItsWay = [
    ...(hasSmallPictures(db, video.recordingId) ? [companionPattern(video, 'previews')] : []),
    ...(wantsRendition ? [companionPattern(video, 'rendition')] : []),
  ]
  return [...made.map(({ objectKey }) => objectKey), ...onItsWay]
}

const isOpen = ({ steps }: Recording): boolean => steps.some(({ state }) => state === 'pending' || state === 'working')
