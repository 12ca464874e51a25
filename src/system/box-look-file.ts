// What the status timer found of folders, room, network, programs, bucket and cloud, kept for /health and the alerts, which must cost next to nothing.
// Judges nothing; written only when it says something else than before.

import { z } from 'zod'
import { bootId } from '../base/clock.ts'
import { readIfPresent, writeDurably } from '../base/files.ts'

export const boxLookNames = ['folders', 'room', 'network', 'programs', 'bucket', 'cloud'] as const
export type BoxLookName = (typeof boxLookNames)[number]

const checkSchema = z.object({
  name: z.enum(boxLookNames),
  status: z.enum(['degraded', 'unhealthy']),
  message: z.string().max(1_000),
  mend: z.string().max(1_000),
  subjects: z.array(z.string().max(100)).max(20),
})
export type KeptCheck = Readonly<z.infer<typeof checkSchema>>

const schema = z.object({ version: z.literal(1), boot: z.string().max(64), dearUs: z.number(), checks: z.array(checkSchema).max(20) })

/** `dearUs`: of the boot's monotonic clock, when last was asked what costs something. `checks`: of what is not well alone. */
export type BoxLook = { readonly dearUs: number; readonly checks: readonly KeptCheck[] }

/** The last look; `undefined` when nobody has looked since the machine was booted. */
export async function readBoxLook(file: string, boot = bootId()): Promise<BoxLook | undefined> {
  try {
    const look = schema.parse(JSON.parse((await readIfPresent(file)) ?? 'null'))
    return look.boot === boot ? { dearUs: look.dearUs, checks: look.checks } : undefined
  } catch {
    return undefined // none, of another version, or on a disk that fails: nothing is known
  }
}

/** Errors: those of the disk. */
export async function keepBoxLook(file: string, { dearUs, checks }: BoxLook, boot = bootId()): Promise<void> {
  const short = checks.slice(0, 20).map((check) => ({
    ...check,
    message: check.message.slice(0, 1_000),
    mend: check.mend.slice(0, 1_000),
    subjects: check.subjects.slice(0, 20).map((subject) => subject.slice(0, 100)),
  }))
  if (JSON.stringify(await readBoxLook(file, boot)) === JSON.stringify({ dearUs, checks: short })) return
  await writeDurably(file, `${JSON.stringify({ version: 1, boot, dearUs, checks: short }, null, 1)}\n`)
}
