import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionResult } from './result.ts'
import { sayResult } from './say-result.ts'

/** What people read of a film with this link. */
function said(shareUrl: string, reopenWith?: string): string {
  const lines: string[] = []
  const video = {
    id: 'v',
    path: '/f.mp4',
    width: 1280,
    height: 360,
    fps: 25,
    frames: 50,
    durationSeconds: 2,
    introSeconds: 0,
    outroSeconds: 0,
  }
  const result: SessionResult = {
    ...{ bookingId: 'b', recordingId: 'r', layout: 'side-by-side', layoutBecause: null, status: 'complete', gaps: [], coverage: {} },
    ...{ startsAt: '', endsAt: '', publishedAt: '', publishSeconds: 0.5, shareUrl },
    pictureFaults: [],
    verdict: null,
    video: { ...video, bytes: 1e6, sha256: null },
  }
  sayResult({ print: (line) => void lines.push(line) }, result, reopenWith)
  return lines.join('\n')
}

const qrCode = /[▀▄█]{2}/

test('a link that only this machine can open comes without a QR code, and says why', () => {
  for (const here of ['http://127.0.0.1:8000/s/x', 'http://localhost:8000/s/x', 'http://[::1]:8000/s/x']) {
    assert.doesNotMatch(said(here), qrCode)
    assert.match(said(here), /this machine only: no QR code, a phone could not open it/)
  }
  assert.match(said('http://192.168.1.4:8000/s/x'), qrCode)
})

test('a link that nobody will serve names what serves it, instead of a QR code', () => {
  const later = said('http://192.168.1.4:8000/s/x', './ezrec api')
  assert.match(later, /it opens while this runs: \.\/ezrec api$/m)
  assert.doesNotMatch(later, qrCode)
})
