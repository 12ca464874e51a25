// The rig looked at without being started: the board and its plan, what is connected, and whether each side's source can be used.
// Never draws a loop, connects to a network camera or starts a sensor.

import { EzrecError, messageOf } from '../base/errors.ts'
import { scrubText } from '../base/logger.ts'
import { seeCameras } from '../capture/drivers/auto.ts'
import type { SeenCameras } from '../capture/drivers/auto-choice.ts'
import { readBoard, type Board } from '../capture/drivers/board.ts'
import { judgeRig, planOf, planRows, type BoardPlan, type PlanRow } from '../capture/drivers/board-plan.ts'
import type { CameraTuning } from '../capture/drivers/camera-tuning.ts'
import { openSource, type RigFormat } from '../capture/drivers/driver.ts'
import { probeFilm } from '../capture/drivers/film.ts'
import { thisMachine, type Machine } from '../capture/drivers/machine.ts'
import { parseSourceSpec, shownSource } from '../capture/drivers/source-spec.ts'
import { cameras, type Camera } from '../capture/take.ts'

export type RigOrder = {
  readonly sources: Readonly<Record<Camera, string>>
  readonly format: RigFormat
  readonly tuning: CameraTuning
  readonly cacheFolder: string
  readonly machine?: Machine
}

export type SideLook = {
  readonly camera: Camera
  readonly source: string
  readonly kind: string
  readonly ready: boolean
  readonly fault: string | null
  readonly hint: string | null
  readonly remarks: readonly string[]
}

export type RigLook = {
  readonly board: Board
  readonly plan: { readonly known: 'estimated' | 'measured'; readonly rows: readonly PlanRow[] }
  readonly connected: SeenCameras | { readonly fault: string }
  readonly cameras: readonly SideLook[]
}

/** Asks what is connected anew, unless a camera records; then looks at both sides. */
export async function lookAtRig(order: RigOrder, signal: AbortSignal): Promise<RigLook> {
  const { cacheFolder, machine = thisMachine } = order
  const { board, plan } = await readPlan(machine)
  const connected = await seeCameras({ cacheFolder, signal, machine, anew: true }).catch((error: unknown) => {
    if (error instanceof EzrecError) return { fault: messageOf(error) }
    throw error
  })
  const sides = await lookAtBoth(order, plan, signal)
  return { board, plan: { known: plan.known, rows: planRows(plan) }, connected, cameras: sides }
}

/** Both sides alone. CSI cameras that this boot has found count as there: asking for them anew takes hold of all of them. */
export async function lookAtSides(order: RigOrder, signal: AbortSignal): Promise<readonly SideLook[]> {
  const { plan } = await readPlan(order.machine ?? thisMachine)
  return lookAtBoth(order, plan, signal)
}

async function readPlan({ modelFile, cores }: Machine): Promise<{ readonly board: Board; readonly plan: BoardPlan }> {
  const board = await readBoard(modelFile)
  return { board, plan: planOf(board, cores) }
}

const lookAtBoth = (order: RigOrder, plan: BoardPlan, signal: AbortSignal): Promise<SideLook[]> =>
  Promise.all(cameras.map((camera) => lookAt(camera, order, plan, signal)))

async function lookAt(
  camera: Camera,
  { sources, format, tuning, cacheFolder, machine }: RigOrder,
  plan: BoardPlan,
  signal: AbortSignal,
): Promise<SideLook> {
  const spec = sources[camera]
  const otherSource = sources[camera === 'left' ? 'right' : 'left']
  const shown = { camera, source: shownSource(spec), kind: /^[a-z0-9]+/.exec(spec)?.[0] ?? 'unknown' }
  try {
    const parsed = parseSourceSpec(spec, camera, process.cwd())
    const ready = { ...shown, kind: parsed.kind, ready: true, fault: null, hint: null }
    if (parsed.kind === 'simulated') return { ...ready, remarks: [] }
    if (parsed.kind === 'film') return await probeFilm(parsed.file, signal).then(() => ({ ...ready, remarks: [] }))
    if (parsed.kind === 'rtsp')
      return { ...ready, ...judged(plan, format), remarks: ['a network camera is asked when it is tried: ./ezrec cameras test'] }
    const context = { side: camera, format, cacheFolder, otherSource, tuning, signal, ...(machine ? { machine } : {}) }
    return { ...ready, remarks: (await openSource(spec, context)).remarks ?? [] }
  } catch (error) {
    if (!(error instanceof EzrecError)) throw error
    return { ...shown, ready: false, fault: scrubText(messageOf(error)), hint: scrubText(error.hint), remarks: [] }
  }
}

function judged(plan: BoardPlan, format: RigFormat): Pick<SideLook, 'ready' | 'fault' | 'hint'> {
  const verdict = judgeRig(plan, ['copy'], format)
  return verdict.fits ? { ready: true, fault: null, hint: null } : { ready: false, fault: verdict.fault, hint: verdict.mend }
}
