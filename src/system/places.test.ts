import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { cannotMount } from '../../tests/machine.ts'
import { memoryDisk } from '../../tests/happened/failing-disk.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { lookAtPlaces, placeFaults, type Place } from './places.ts'

const place = (name: string, fileSystem: string, readOnly = false): Place => ({
  name,
  folder: `/media/${fileSystem}/${name}`,
  freeBytes: 1e9,
  mount: { folder: `/media/${fileSystem}`, fileSystem, source: '/dev/sda1', readOnly },
})

test('a stick as it is sold is no place for films: both kinds of FAT are told with the mend', () => {
  const faults = placeFaults([place('EZREC_HOME', 'ext4'), place('STORE_DIR', 'exfat'), place('TAKES_DIR', 'vfat')])
  assert.deepEqual(
    faults.map(({ name }) => name),
    ['STORE_DIR', 'TAKES_DIR'],
  )
  assert.match(faults[0]?.fault ?? '', /exFAT: no hard links/)
  assert.match(faults[1]?.fault ?? '', /FAT32, with files of at most 4 GiB/)
  assert.match(faults[1]?.mend ?? '', /format that disk as ext4/)
})

test('a disk that became read-only is told once, with everything that lies on it', () => {
  const [fault, ...others] = placeFaults([place('TAKES_DIR', 'ext4', true), place('STORE_DIR', 'ext4', true), place('EZREC_HOME', 'btrfs')])
  assert.deepEqual([fault?.name, others], ['TAKES_DIR, STORE_DIR', []])
  assert.match(fault?.fault ?? '', /\/dev\/sda1 at \/media\/ext4 is read-only/)
})

test('a folder whose file system nobody tells is no fault', () => {
  assert.deepEqual(placeFaults([{ name: 'EZREC_HOME', folder: '/home', freeBytes: undefined, mount: undefined }]), [])
})

test('a home on a stick is found by what the kernel tells', async () => {
  using folder = temporaryFolder()
  writeFileSync(folder.file('mounts'), `22 1 8:2 / / rw - ext4 /dev/sda2 rw\n30 22 8:17 / ${folder.path} rw - vfat /dev/sdb1 rw\n`)
  const paths = { home: folder.path, takes: folder.file('takes'), recordings: '/recordings', store: '/store' }
  const [fault, ...others] = placeFaults(await lookAtPlaces(paths, folder.file('mounts')))
  assert.deepEqual([fault?.name, others], ['EZREC_HOME, TAKES_DIR', []])
})

test('a real disk that turns read-only is seen as such, and as well again', { skip: cannotMount }, async () => {
  await using disk = await memoryDisk(1_024)
  const paths = { home: disk.path, takes: disk.path, recordings: disk.path, store: disk.path }
  const faults = async (): Promise<number> => placeFaults(await lookAtPlaces(paths)).length
  assert.equal(await faults(), 0)
  await disk.remount('ro')
  assert.equal(await faults(), 1)
  await disk.remount('rw')
  assert.equal(await faults(), 0)
})
