// Opens the box of a home for a verb. One that reads or changes what is there wants a box that is: a mistyped --home is no new one.
// Never starts a service.

import { openSettings } from '../config/settings.ts'
import { assertDatabase } from '../src/adapters/sqlite.ts'
import { openApp, type App } from '../src/app.ts'
import type { CliContext } from './cli.ts'

export type BoxOptions = {
  /** Its name in the log. */
  readonly service: string
  /** Whether a home without a box becomes one. */
  readonly makes?: boolean
}

/** Errors: as `openApp`; not_found where no box is and none is made. */
export function openBox({ home, say }: Pick<CliContext, 'home' | 'say'>, { service, makes = false }: BoxOptions): Promise<App> {
  const { settings, warnings } = openSettings(home)
  for (const warning of warnings) say(`warning: ${warning}`)
  if (!makes) assertDatabase(settings.paths.database)
  return openApp(settings, { service })
}
