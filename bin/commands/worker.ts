// ./ezrec worker: check, merge and publish alone.
// Never more than the service: what it does stands in services/.

import { runVideoWorker } from '../../services/video-worker.ts'
import { openApp } from '../../src/app.ts'
import { serviceVerb } from '../service-verb.ts'

export const command = serviceVerb('worker', 'run the video worker service alone', async (settings, options, signal) => {
  using app = await openApp(settings, { service: 'video_worker', ...options })
  await runVideoWorker(app, signal, options.systemd)
})
