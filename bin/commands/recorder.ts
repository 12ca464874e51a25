// ./ezrec recorder: the dual recorder alone.
// Never more than the service: what it does stands in services/.

import { runDualRecorder } from '../../services/dual-recorder.ts'
import { serviceVerb } from '../service-verb.ts'

export const command = serviceVerb('recorder', 'run the recorder service alone', runDualRecorder)
