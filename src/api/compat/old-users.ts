// The original's /delete-user-data: what it promised and did not do, for who may do it.
// Never makes a path of a user's id: it names rows.

import { z } from 'zod'
import { erasureSchema, eraseUser } from '../routes/user-routes.ts'
import { route, type Route } from '../routing/route.ts'
import { successor } from './successor.ts'

export const oldUserRoutes: readonly Route[] = [
  route(
    {
      method: 'post',
      path: '/delete-user-data',
      needs: 'operator',
      ofUser: true,
      needsUnbound: 'admin',
      tag: 'original',
      summary: 'As DELETE /users/{user}/data: for an admin, or a key of that user',
      query: z.object({ user_id: z.string().min(1).max(100) }),
      success: { data: erasureSchema },
      problems: ['not_found', 'conflict'],
      audits: { within: 'user.erased' },
    },
    async ({ query, caller }, door) => ({
      data: await eraseUser(door, caller, query.user_id, false),
      message: 'gone for everybody; files follow',
      headers: successor('/users/{user}/data'),
    }),
  ),
]
