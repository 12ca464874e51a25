import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mountOf, mountUnder, parseMounts } from './mounts.ts'

const text = `22 1 179:2 / / rw,noatime shared:1 - ext4 /dev/mmcblk0p2 rw,errors=remount-ro
30 22 179:1 / /boot/firmware rw,relatime shared:2 - vfat /dev/mmcblk0p1 rw,fmask=0022
40 22 8:1 / /media/a\\040disk rw,relatime - ext4 /dev/sda1 ro,errors=remount-ro
41 22 8:17 / /media/stick ro - exfat /dev/sdb1 rw
42 41 8:33 / /media/stick rw master:5 propagate_from:2 - ext4 /dev/sdc1 rw
43 22 8:49 / /media/new rw - ext4 /dev/sdd1 rw,emergency_ro
`

test('a folder lies on the longest mount above it, and on the last of several at one place', () => {
  const on = (file: string): string | undefined => mountOf(parseMounts(text), file)?.source
  assert.equal(on('/opt/ezrec-backend'), '/dev/mmcblk0p2')
  assert.equal(on('/boot/firmware/x'), '/dev/mmcblk0p1')
  assert.equal(on('/boot/firmwares'), '/dev/mmcblk0p2')
  assert.equal(on('/media/a disk/takes'), '/dev/sda1')
  assert.equal(on('/media/stick'), '/dev/sdc1')
})

test('read-only is what the mount says, or what its file system became after an error', () => {
  assert.deepEqual(
    parseMounts(text).map(({ readOnly }) => readOnly),
    [false, false, true, true, false, true],
  )
})

test('whatever the text, parsing it ends, and every mount has an absolute place', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(fc.constantFrom(...text.split(' '), ' ', '\n', '\\')).map((words) => words.join(' ')),
      ),
      (any) => {
        for (const { folder, fileSystem } of parseMounts(any)) assert.ok(folder.startsWith('/') && fileSystem !== '')
      },
    ),
  )
})

test('this machine tells what lies under a folder, also under one that is not made yet', async () => {
  const here = await mountUnder(import.meta.dirname)
  assert.ok(here)
  assert.deepEqual(await mountUnder(`${import.meta.dirname}/not/made/yet`), here)
  assert.equal(await mountUnder('/', '/no/such/file'), undefined)
})
