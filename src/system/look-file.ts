// What one service alone looks at, kept for the others: cameras, which only the recorder may open, the kernel's log, which only the timer may read, and bookings.json.
// Judges nothing; a file is written when what it says has changed, so that a card is not worn out by what stays as it is.

import path from 'node:path'
import { z } from 'zod'
import { bootId } from '../base/clock.ts'
import { readIfPresent, writeDurably } from '../base/files.ts'

const fault = z.object({ subject: z.string().max(100), message: z.string().max(500), mend: z.string().max(500) })
export type LookFault = Readonly<z.infer<typeof fault>>
const schema = z.object({ version: z.literal(1), boot: z.string().max(64), faults: z.array(fault).max(100) })

export const lookFiles = (home: string): { readonly [look in 'cameras' | 'kernel' | 'box' | 'bookingsFile']: string } => ({
  cameras: path.join(home, 'camera-look.json'),
  kernel: path.join(home, 'kernel-look.json'),
  box: path.join(home, 'box-look.json'),
  bookingsFile: path.join(home, 'bookings-file-look.json'),
})

/** What was wrong at the last look; `undefined` when nobody has looked since the machine was booted. */
export async function readLook(file: string, boot = bootId()): Promise<readonly LookFault[] | undefined> {
  try {
    const look = schema.parse(JSON.parse((await readIfPresent(file)) ?? 'null'))
    return look.boot === boot ? look.faults : undefined
  } catch {
    return undefined // none, of another version, or on a disk that fails: nothing is known
  }
}

/** Errors: those of the disk. */
export async function keepLook(file: string, faults: readonly LookFault[], boot = bootId()): Promise<void> {
  const short = faults.slice(0, 100).map(({ subject, message, mend }) => ({
    subject: subject.slice(0, 100),
    message: message.slice(0, 500),
    mend: mend.slice(0, 500),
  }))
  if (JSON.stringify(await readLook(file, boot)) === JSON.stringify(short)) return
  await writeDurably(file, `${JSON.stringify({ version: 1, boot, faults: short }, null, 1)}\n`)
}
