// ./ezrec api: the HTTP server alone.
// Shows the claim code to whoever started it by hand; never writes it to a log.

import { runEzrecApi } from '../../services/ezrec-api.ts'
import { say } from '../cli.ts'
import { serviceVerb } from '../service-verb.ts'

export const command = serviceVerb('api', 'run the HTTP API service alone', (settings, options, signal) =>
  runEzrecApi(
    settings,
    { ...options, ...(options.logToStderr ? { showClaimCode: (code: string) => say(`claim code of this box: ${code}`) } : {}) },
    signal,
  ),
)
