// The routes of the original that its callers evidently use, each mapped to what there is now; behind the same door.
// Never opens what the route that took its place would not. The whole table: docs/ref/seed.md.

import type { Route } from '../routing/route.ts'
import { oldBookingRoutes } from './old-bookings.ts'
import { oldFilmRoutes } from './old-films.ts'
import { oldMailRoutes } from './old-mails.ts'
import { oldMediaRoutes } from './old-media.ts'
import { oldShareRoutes } from './old-shares.ts'
import { oldStatusRoutes } from './old-status.ts'
import { oldUserRoutes } from './old-users.ts'
import { oldVenueRoutes } from './old-venue.ts'

export const oldRoutes: readonly Route[] = [
  ...oldBookingRoutes,
  ...oldStatusRoutes,
  ...oldFilmRoutes,
  ...oldShareRoutes,
  ...oldMailRoutes,
  ...oldUserRoutes,
  ...oldMediaRoutes,
  ...oldVenueRoutes,
]
