// Invariant 3: a segment's or chunk's row has a file with the size, and looked at deeply the hash, that the row says.
// Never asks whether a file should have a row: files-have-rows.ts does.

import path from 'node:path'
import { sha256OfFile } from '../../base/files.ts'
import { segmentFile } from '../../capture/segment-writer.ts'
import { listTakes } from '../../capture/stored-takes.ts'
import { bookendFile, listBookends } from '../../merge/branding/bookend-store.ts'
import { chunkFile, initFile, listChunks } from '../../merge/chunk-store.ts'
import { listCompanions } from '../../publish/companions/companion-store.ts'
import { clipFile, listClips } from '../../publish/clips/clip-store.ts'
import { listPhoneClips, phoneClipFile } from '../../publish/clips/phone-clip-store.ts'
import { listSwept } from '../../publish/swept-store.ts'
import { findVideoOf } from '../../publish/video.ts'
import { sizeOf } from '../media-tree.ts'
import type { Finding, Home, Oracle } from '../oracle.ts'
import { listRecordings } from '../recording-rows.ts'

type Claim = { readonly file: string; readonly bytes: number; readonly sha256: string; readonly mend: string }

export const rowsHaveFilesOracle: Oracle = {
  name: 'every row has its file',
  findings: async (home) => {
    const findings: Finding[] = []
    for (const claim of claimsOf(home)) {
      home.signal.throwIfAborted()
      const finding = await judge(claim, home)
      if (finding) findings.push(finding)
    }
    return findings
  },
}

function* claimsOf({ db, takesFolder, recordingsFolder, storeFolder }: Home): Generator<Claim> {
  for (const take of listTakes(db, takesFolder))
    for (const { number, bytes, sha256 } of take.segments)
      yield {
        file: path.join(take.folder, segmentFile(number)),
        bytes,
        sha256,
        mend: 'put the file back from a copy; without one its film stays as it is',
      }
  for (const recording of listRecordings(db)) {
    const folder = path.join(recordingsFolder, recording.folder)
    const mend = 'put the file back from a copy; a published film is not affected'
    const isSwept = listSwept(db, recording.id).some(({ what }) => what === 'chunks')
    for (const { number, bytes, sha256 } of isSwept ? [] : listChunks(db, recording.id))
      yield { file: path.join(folder, chunkFile(number)), bytes, sha256, mend }
    for (const { slot, bytes, madeSha256, fault } of isSwept ? [] : listBookends(db, recording.id))
      if (fault === null && bytes !== null && madeSha256 !== null)
        yield { file: path.join(folder, bookendFile(slot)), bytes, sha256: madeSha256, mend }
    for (const { id, files } of listClips(db, recording.id))
      for (const { name, bytes, sha256 } of files) yield { file: path.join(folder, clipFile(id, name)), bytes, sha256, mend }
    for (const { id, made } of listPhoneClips(db, recording.id))
      if (made) yield { file: path.join(folder, phoneClipFile(id)), ...made, mend }
    const init = db.get('select length(init_segment) as bytes from recording where id = ?', recording.id)?.['bytes']
    const video = findVideoOf(db, recording.id)
    for (const { objectKey, bytes, sha256 } of video ? listCompanions(db, video.id) : [])
      yield {
        file: path.join(storeFolder, objectKey),
        bytes,
        sha256,
        mend: 'put the file back from a copy; the film itself is not affected',
      }
    if (typeof init === 'number' && !isSwept) yield { file: path.join(folder, initFile), bytes: init, sha256: '', mend }
  }
}

async function judge({ file, bytes, sha256, mend }: Claim, { deep, signal }: Home): Promise<Finding | undefined> {
  const size = await sizeOf(file)
  if (size === undefined) return { path: file, fault: 'its row is there, the file is not', mend }
  if (size !== bytes) return { path: file, fault: `it has ${size} bytes, its row says ${bytes}`, mend }
  if (!deep || sha256 === '' || (await sha256OfFile(file, signal)) === sha256) return undefined
  return { path: file, fault: 'its content is not what was written: the hash differs', mend: `check the disk (smartctl, dmesg); ${mend}` }
}
