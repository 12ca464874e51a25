// Opens the stitch kernel on a memory: the module that uses relaxed SIMD where this machine has it, else the plain one. Both draw the same bytes.
// Never lays out the memory: stitcher-memory.ts does.

import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { EzrecError } from '../../../base/errors.ts'

/** Places are bytes of the memory. The arguments' meaning stands in assembly/warp.ts. */
export type Kernel = {
  readonly form: KernelForm
  plane(
    ...args: [
      ...[table: number, left: number, leftStride: number, right: number, rightStride: number, canvas: number, stride: number],
      ...[leftGain: number, leftOffset: number, rightGain: number, rightOffset: number, fromRow: number, toRow: number],
    ]
  ): void
  planeWithCard(
    ...args: [
      ...[table: number, picture: number, pictureStride: number, isLeft: number, card: number, canvas: number, stride: number],
      ...[gain: number, offset: number, fromRow: number, toRow: number],
    ]
  ): void
}

export type KernelForm = 'relaxed' | 'plain'

/** Errors: invalid, when this machine has no SIMD. */
export function openKernel(memory: WebAssembly.Memory, form: KernelForm = bestForm()): Kernel {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(modules[form]()), { env: { memory } })
  return { form, ...exportsSchema.parse(exports) }
}

/** What this machine's WebAssembly can do. */
export function bestForm(): KernelForm {
  if (WebAssembly.validate(modules.relaxed())) return 'relaxed'
  if (WebAssembly.validate(modules.plain())) return 'plain'
  throw new EzrecError('invalid', "this machine's WebAssembly has no SIMD, which the panorama is drawn with", {
    hint: 'set MERGE_LAYOUT=side-by-side',
  })
}

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined
  return () => (made ??= make())
}

const modules = {
  relaxed: once(() => readFileSync(path.join(import.meta.dirname, 'warp.relaxed.wasm'))),
  plain: once(() => readFileSync(path.join(import.meta.dirname, 'warp.wasm'))),
}

const isFunction = (value: unknown): boolean => typeof value === 'function'

const exportsSchema = z.object({
  plane: z.custom<Kernel['plane']>(isFunction),
  planeWithCard: z.custom<Kernel['planeWithCard']>(isFunction),
})
