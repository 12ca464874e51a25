// Which events who may hear: what happens to bookings, recordings and films is for all who may read; the box's own troubles are for operators.
// Pure. A kind that is not named here is for operators.

import { covers, type Role } from '../people/role.ts'

const forViewers = ['alert', 'booking', 'camera', 'chunk', 'clip', 'companion', 'health', 'marker', 'recording', 'step', 'take', 'video']

export const mayHear = (role: Role, kind: string): boolean =>
  covers(role, forViewers.includes(kind.split('.')[0] ?? '') ? 'viewer' : 'operator')
