// What fields of requests hold when they are meant well: ids that there are, times that are near, names of files that might be.
// Never makes a request.

import fc from 'fast-check'
import { roles } from '../../src/api/people/role.ts'
import type { Route } from '../../src/api/routing/route.ts'
import { everybodysPassword, everybodysPin } from './principals.ts'
import type { Hints } from './schema-values.ts'

/** What there is in the box now: renewed between rounds. */
export type Known = {
  readonly bookings: readonly string[]
  readonly videos: readonly string[]
  /** Films that may be removed. */
  readonly spares: readonly string[]
  readonly recordings: readonly string[]
  readonly shares: readonly string[]
  readonly keys: readonly string[]
  readonly clips: readonly string[]
  readonly phoneClips: readonly string[]
  readonly objectKeys: readonly string[]
  readonly spareKeys: readonly string[]
  readonly tokens: readonly string[]
  readonly cleanups: readonly string[]
}

const staticFiles = ['base.css', 'share.js', 'icon.svg', 'court.js']
const names: Readonly<Record<string, readonly string[]>> = {
  live: ['index.m3u8', 'init.mp4', '0.m4s', '1.m4s', '9.m4s', 'intro-0.m4s'],
  thumbnails: ['thumbnails.vtt', 'thumbnails-1.jpg', 'thumbnails-9.jpg'],
  files: ['left-1.mp4', 'right-1.mp4'],
}

export function hintsFor({ method, path }: Route, known: () => Known, nowMs: number): Hints {
  const oneOf = (list: (now: Known) => readonly string[]): fc.Arbitrary<string> =>
    fc.nat().map((n) => {
      const all = list(known())
      return all[n % Math.max(1, all.length)] ?? 'none'
    })
  const destroys = method === 'delete'
  const times = fc.integer({ min: -120, max: 60 * 24 * 40 }).chain((minutes) => {
    const at = new Date(Math.floor(nowMs / 60_000) * 60_000 + minutes * 60_000).toISOString()
    return fc.constantFrom(at, at.replace('.000Z', 'Z'), at.slice(0, 16))
  })
  const ids: Readonly<Record<string, fc.Arbitrary<string>>> = {
    bookings: oneOf(({ bookings }) => bookings),
    videos: oneOf(({ videos, spares }) => (destroys ? spares : videos)),
    recordings: oneOf(({ recordings }) => recordings),
    shares: oneOf(({ shares }) => shares),
    keys: oneOf(({ keys }) => keys),
    clips: oneOf(({ clips }) => clips),
    'phone-clips': oneOf(({ phoneClips }) => phoneClips),
  }
  const clipEdge = fc.constantFrom(0, 1, 2, 3.5) // each part of a film is cut once
  return (name) => {
    switch (name) {
      case 'id':
        return method === 'post' && path.endsWith('/bookings') ? fc.nat(400).map((n) => `caller-${n}`) : ids[path.split('/')[1] ?? '']
      case 'token':
        return path === '/system/cleanup' ? oneOf(({ cleanups }) => cleanups) : oneOf(({ tokens }) => tokens)
      case 'file':
        return fc.constantFrom(...staticFiles)
      case 'name':
        if (path === '/login') return fc.constantFrom(...roles.map((role) => `fuzz-${role}`))
        return path.includes('{name}') ? fc.constantFrom(...(names[path.split('/').at(-2) ?? ''] ?? ['x'])) : undefined
      case 'key':
        return oneOf(({ objectKeys, spareKeys }) => (destroys ? spareKeys : objectKeys))
      case 'password':
        return fc.constantFrom(everybodysPassword, 'another password')
      case 'pin':
        return fc.constantFrom(everybodysPin, '000000')
      case 'clip':
        return ids['clips']
      case 'booking':
        return ids['bookings']
      case 'user':
      case 'user_id':
      case 'userId':
        if (/^\/(users\/.*data|delete-user-data)$/.test(path) && method !== 'get') return fc.constantFrom('somebody', 'nobody') // what is local's, the rest asks for
        return fc.constantFrom('local', 'local', 'somebody')
      case 'camera':
        return fc.constantFrom('left', 'right')
      case 'camera_id':
      case 'cameraId':
        return fc.constantFrom('rig-1', 'camera_1')
      case 'email':
        return fc.constantFrom('team@example.org', '', 'no address')
      case 'from':
      case 'to':
        return /\/(clip|phone-clips)$/.test(path) ? clipEdge : times
      case 'start_time':
      case 'startsAt':
      case 'end_time':
      case 'endsAt':
      case 'at':
      case 'since':
        return times
      default:
        return undefined
    }
  }
}
