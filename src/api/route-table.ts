// Every route of the door, once. The router, the OpenAPI document and the tests of roles and schemas are made from this table.
// Never says how a route is served: router.ts does.

import { oldRoutes } from './compat/old-routes.ts'
import { alertRoutes } from './routes/alert-routes.ts'
import { bookingRoutes } from './routes/booking-routes.ts'
import { brandingRoutes } from './routes/branding-routes.ts'
import { courtPageRoutes } from './routes/court-page-routes.ts'
import { courtRoutes } from './routes/court-routes.ts'
import { healthRoute } from './routes/health-route.ts'
import { logRoutes } from './routes/log-routes.ts'
import { linkAgainRoutes } from './routes/link-again-routes.ts'
import { linkRoutes } from './routes/link-routes.ts'
import { peopleRoutes } from './routes/people-routes.ts'
import { phoneClipRoutes } from './routes/phone-clip-routes.ts'
import { previewRoute } from './routes/preview-route.ts'
import { shareRoutes } from './routes/share-routes.ts'
import { shellRoutes } from './routes/shell-routes.ts'
import { userRoutes } from './routes/user-routes.ts'
import { systemRoutes } from './routes/system-routes.ts'
import { upkeepRoutes } from './routes/upkeep-routes.ts'
import { videoRoutes } from './routes/video-routes.ts'
import { videoShelfRoutes } from './routes/video-shelf-routes.ts'
import { watchRoutes } from './routes/watch-routes.ts'
import type { Route } from './routing/route.ts'

export const routeTable: readonly Route[] = [
  healthRoute,
  ...systemRoutes,
  ...alertRoutes,
  ...logRoutes,
  ...upkeepRoutes,
  ...watchRoutes,
  ...courtRoutes,
  ...bookingRoutes,
  ...videoShelfRoutes,
  ...videoRoutes,
  ...phoneClipRoutes,
  ...peopleRoutes,
  ...userRoutes,
  previewRoute,
  ...brandingRoutes,
  ...courtPageRoutes,
  ...linkRoutes,
  ...linkAgainRoutes,
  ...shareRoutes,
  ...shellRoutes,
  ...oldRoutes,
]
