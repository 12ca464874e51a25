import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeKernelLog, kernelTroubles } from './kernel-log.ts'

const told = (line: string): string => kernelTroubles(`[    1.0] usb 1-1: new high-speed USB device number 2\n${line}\n`)[0]?.message ?? ''

test('a quiet boot is well', () => {
  assert.deepEqual(
    judgeKernelLog(
      kernelTroubles(
        '[ 0.0] Linux version 6.12\n[ 2.1] mmc0: new ultra high speed SDR104 SDXC card\n[ 3.0] EXT4-fs (mmcblk0p2): mounted filesystem',
      ),
    ).map(({ status }) => status),
    ['healthy'],
  )
})

test('lines of a failing card, file system, USB plug and supply are each told as what they are', () => {
  const cases: [line: string, trouble: RegExp][] = [
    ['[ 90.1] mmc0: error -110 whilst initialising SD card', /^the card or disk gives errors: 1 lines/],
    ['[ 90.1] blk_update_request: I/O error, dev mmcblk0, sector 1234', /^the card or disk gives errors/],
    ['[ 90.1] EXT4-fs error (device mmcblk0p2): ext4_find_entry:1455: inode #2', /^a file system is damaged/],
    ['[ 90.1] EXT4-fs (sda1): Remounting filesystem read-only', /^a file system is damaged/],
    ['[ 90.1] usb 1-1.2: USB disconnect, device number 5', /^a USB device is lost/],
    ['[ 90.1] usb usb1-port1: over-current condition', /^a USB device is lost/],
    ['[ 90.1] hwmon hwmon1: Undervoltage detected!', /^the supply is too weak/],
    ['[ 90.1] Out of memory: Killed process 812 (node)', /^memory has run out/],
  ]
  for (const [line, trouble] of cases) assert.match(told(line), trouble, line)
})

test('a trouble is one finding however often it comes, with the last line and a mend', () => {
  const lines = Array.from({ length: 500 }, (_, n) => `[ ${n}.0] mmc0: timeout waiting for hardware interrupt ${n}.`)
  const found = judgeKernelLog(kernelTroubles(lines.join('\n')))
  assert.equal(found.length, 1)
  assert.match(found[0]?.message ?? '', /: 500 lines, the last: .* interrupt 499\.$/)
  assert.ok(found[0]?.mend)
})
