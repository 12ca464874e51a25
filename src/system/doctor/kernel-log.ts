// What the kernel has said of cards, disks, file systems, USB and the supply since the boot, or in the last day.
// Pure but for the look; reads only.

import { EzrecError } from '../../base/errors.ts'
import { runChild } from '../../base/process.ts'
import { lookFiles, readLook, type LookFault } from '../look-file.ts'
import { degraded, healthy, unasked, type Finding } from './finding.ts'

/** A line that matches is of this trouble. Texts: Linux drivers/mmc, block/blk-core.c, fs/ext4, drivers/usb/core/hub.c, raspberrypi-hwmon. */
const troubles = [
  {
    what: 'the card or disk gives errors',
    is: /\b(mmc\d+: (error|timeout|tuning .*fail|card .*removed)|I\/O error, dev |blk_update_request: .*error|critical (medium|target) error)/i,
    mend: 'replace the card or disk soon, and copy what is on it before that',
  },
  {
    what: 'a file system is damaged',
    is: /\b(EXT4-fs (error|.*remounting filesystem read-only)|XFS .*(corruption|shutting down)|Buffer I\/O error)/i,
    mend: 'stop the services, check that file system (fsck), and replace the disk if it comes again',
  },
  {
    what: 'a USB device is lost or takes too much current',
    is: /\b(over-current|USB disconnect|device descriptor read.*error|reset (high|super)-?speed.*USB device|not enough bandwidth)/i,
    mend: 'use a short cable and another port, and give hubs and cameras their own supply',
  },
  {
    what: 'the supply is too weak',
    is: /\b(under-?voltage)/i,
    mend: "use the board maker's own power supply with a short cable",
  },
  { what: 'memory has run out', is: /\bOut of memory: Killed process/i, mend: 'end what else runs on this box' },
] as const

/** Each trouble that lines tell of, with how often and the last line of it. */
export function kernelTroubles(text: string): LookFault[] {
  const lines = text.split('\n')
  return troubles.flatMap(({ what, is, mend }) => {
    const of = lines.filter((line) => is.test(line))
    const last = of.at(-1)?.trim().slice(0, 160)
    return last === undefined ? [] : [{ subject: what, message: `${what}: ${of.length} lines, the last: ${last}`, mend }]
  })
}

const name = 'kernel log'

export function judgeKernelLog(faults: readonly LookFault[]): Finding[] {
  const found = faults.map(({ message, mend }) => degraded(name, message, mend))
  return found.length > 0 ? found : [healthy(name, 'no trouble with cards, disks, USB or the supply is told')]
}

const kernelLog = ['dmesg', []] as const
/** Of the last day, so that what was mended is not told until the next boot. */
const journal = ['journalctl', ['-k', '-b', '-q', '--no-pager', '-o', 'short-monotonic', '--since=-1day', '-n', '5000']] as const

/** Where this user may read it; else what the status timer, whose group may, has found. */
export async function lookAtKernelLog(home: string): Promise<Finding[]> {
  const text = (await read(kernelLog)) ?? (await read(journal))
  const faults = text === undefined ? await readLook(lookFiles(home).kernel) : kernelTroubles(text)
  return faults ? judgeKernelLog(faults) : [unasked(name, 'this user may not read it: run as root, or add it to the group systemd-journal')]
}

/** What is wrong by the kernel's log of the last day; `undefined` for a user who may not read it. */
export async function kernelTroublesOfToday(): Promise<LookFault[] | undefined> {
  const text = (await read(journal)) ?? (await read(kernelLog))
  return text === undefined ? undefined : kernelTroubles(text)
}

async function read([program, args]: readonly [program: string, args: readonly string[]]): Promise<string | undefined> {
  try {
    const { code, stdout } = await runChild(program, args, { timeoutMs: 10_000, maxOutputBytes: 8 * 1024 * 1024 })
    return code === 0 ? stdout.toString('utf8') : undefined
  } catch (error) {
    if (error instanceof EzrecError) return undefined
    throw error
  }
}
