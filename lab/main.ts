// The laboratory as a program: its one argument is the order as JSON. Progress goes to stderr, the answer to stdout.
// Exit 0 when every point passed, 1 when one failed, 2 when there is no such experiment.

import { z } from 'zod'
import { nearestOf } from '../src/base/words.ts'
import { architectures, runScenario, type Scenario } from './harness.ts'
import { apiScenario } from './api/api.ts'
import { bookingsScenario } from './bookings/bookings.ts'
import { boxScenario } from './box/box.ts'
import { browsersScenario } from './browsers/browsers.ts'
import { camerasScenario } from './cameras/cameras.ts'
import { captureScenario } from './capture/capture.ts'
import { crashScenario } from './crash/crash.ts'
import { editsScenario } from './edits/edits.ts'
import { fuzzScenario } from './fuzz/fuzz.ts'
import { galleryScenario } from './gallery/gallery.ts'
import { installScenario } from './install/install.ts'
import { killScenario } from './kill/kill.ts'
import { mergeScenario } from './merge/merge.ts'
import { offlineScenario } from './offline/offline.ts'
import { panoramaScenario } from './panorama/panorama.ts'
import { powercutScenario } from './powercut/powercut.ts'
import { publishScenario } from './publish/publish.ts'
import { smallDiskScenario } from './small-disk/small-disk.ts'
import { syncScenario } from './sync/sync.ts'
import { stitchScenario } from './stitch/stitch.ts'
import { timingScenario } from './timing/timing.ts'
import { storesScenario } from './stores/stores.ts'
import { uploadScenario } from './upload/upload.ts'

const scenarios: readonly Scenario[] = [
  publishScenario,
  captureScenario,
  editsScenario,
  bookingsScenario,
  apiScenario,
  panoramaScenario(),
  mergeScenario(),
  boxScenario,
  killScenario,
  crashScenario,
  powercutScenario,
  camerasScenario,
  installScenario,
  syncScenario,
  stitchScenario,
  galleryScenario,
  fuzzScenario,
  uploadScenario,
  timingScenario,
  offlineScenario,
  browsersScenario,
  storesScenario,
  smallDiskScenario,
]

const orderSchema = z.object({
  kind: z.enum(['lab', 'bench']),
  name: z.string().optional(),
  runs: z.int().positive().optional(),
  shard: z
    .string()
    .regex(/^[1-9]\d?\/[1-9]\d?$/)
    .default('1/1')
    .transform((text) => ({ number: Number(text.split('/')[0]), of: Number(text.split('/')[1]) }))
    .refine((shard) => shard.number <= shard.of, 'there is no such shard'),
  seed: z.int(),
  seconds: z.array(z.number().positive()).optional(),
  suite: z.enum(['bookworm', 'trixie']).default('bookworm'),
  arch: z.enum(architectures).optional(),
  store: z.enum(['folder', 's3']).default('folder'),
  cacheFolder: z.string(),
  json: z.boolean(),
})

process.exitCode = await main(orderSchema.parse(JSON.parse(process.argv[2] ?? '')))

async function main({ kind, name, json, seconds, runs, ...order }: z.output<typeof orderSchema>): Promise<number> {
  const known = scenarios.filter((scenario) => scenario.kind === kind)
  const scenario = known.find((each) => each.name === name)
  if (name === undefined) {
    if (json) out(known.map(({ name: each, summary }) => ({ name: each, summary })))
    else for (const { name: each, summary } of known) process.stdout.write(`${each.padEnd(10)}  ${summary}\n`)
    return 0
  }
  if (!scenario) {
    const names = known.map((each) => each.name)
    const meant = nearestOf(name.slice(0, 40), names)
    const message = `there is no ${kind} ${name.slice(0, 40)}${meant === undefined ? '' : ` (did you mean ${meant}?)`}; there are ${names.join(', ')}`
    say(`fault: ${message}`)
    if (json) out({ success: false, error: 'invalid', message })
    return 2
  }
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const report = await runScenario(scenario, { ...order, seconds, runs: runs ?? scenario.usualRuns ?? 5 }, say, stop.signal)
  if (json) out(report)
  else process.stdout.write(`${report.points.filter(({ passed }) => passed).length} of ${report.points.length} points passed\n`)
  return report.passed ? 0 : 1
}

function out(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document)}\n`)
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}
