// Which events who may hear: what happens to bookings, recordings and films is for all who may read; keys, accounts and erasures, as their lists, are for
// admins; links, PINs and the box's own troubles are for operators. Pure. A kind that is not named here is for operators.

import { covers, type Role } from '../people/role.ts'

const forViewers = ['alert', 'booking', 'camera', 'chunk', 'clip', 'companion', 'health', 'marker', 'recording', 'step', 'take', 'video']
const forAdmins = ['account', 'erasure', 'key']

export function mayHear(role: Role, kind: string): boolean {
  const about = kind.split('.')[0] ?? ''
  return covers(role, forViewers.includes(about) ? 'viewer' : forAdmins.includes(about) ? 'admin' : 'operator')
}
