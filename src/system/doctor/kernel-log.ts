// What the kernel has said of cards, disks, file systems, USB and the supply since the boot.
// Pure but for the one look; reads only.

import { EzrecError } from '../../base/errors.ts'
import { runChild } from '../../base/process.ts'
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

/** One finding a trouble, with how often and the last line of it. */
export function judgeKernelLog(text: string): Finding[] {
  const lines = text.split('\n')
  const found = troubles.flatMap(({ what, is, mend }) => {
    const of = lines.filter((line) => is.test(line))
    const last = of.at(-1)?.trim().slice(0, 160)
    return last === undefined ? [] : [degraded('kernel log', `${what}: ${of.length} lines, the last: ${last}`, mend)]
  })
  return found.length > 0 ? found : [healthy('kernel log', 'no trouble with cards, disks, USB or the supply since the boot')]
}

export async function lookAtKernelLog(): Promise<Finding[]> {
  try {
    const { code, stdout } = await runChild('dmesg', [], { timeoutMs: 10_000, maxOutputBytes: 8 * 1024 * 1024 })
    if (code === 0) return judgeKernelLog(stdout.toString('utf8'))
  } catch (error) {
    if (!(error instanceof EzrecError)) throw error
  }
  return [unasked('kernel log', 'this user may not read it: run as root, or add it to the group adm')]
}
