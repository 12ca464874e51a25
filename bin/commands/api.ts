// ./ezrec api: the HTTP server alone.
// Shows the claim code to whoever started it by hand; never writes it to a log.

import { runEzrecApi } from '../../services/ezrec-api.ts'
import { noSystemd } from '../../src/adapters/systemd.ts'
import { say } from '../cli.ts'
import { serviceVerb } from '../service-verb.ts'

export const command = serviceVerb('api', 'run the HTTP API service alone', (settings, options, signal) =>
  runEzrecApi(
    settings,
    {
      ...options,
      // Under systemd standard error is the journal.
      ...(options.logToStderr && options.systemd === noSystemd
        ? { showClaimCode: (code: string) => say(`claim code of this box: ${code}`) }
        : {}),
    },
    signal,
  ),
)
