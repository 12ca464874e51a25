import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guestArguments } from './guest.ts'

const made = { kernel: '/c/kernel', initramfs: '/f/initramfs', folder: '/f' } as const

test("the host's files are read-only for the guest; one folder is not", () => {
  const shares = guestArguments({ accelerator: 'tcg', leaps: false, ...made }).filter((word) => word.startsWith('local,'))
  assert.deepEqual(shares, [
    'local,id=host,path=/,security_model=none,multidevs=remap,readonly=on',
    'local,id=out,path=/f/out,security_model=none,multidevs=remap',
  ])
})

test('an emulated guest has a clock of its own, by its instructions, and no guest has a network', () => {
  const words = (accelerator: 'kvm' | 'tcg', leaps = false): string => guestArguments({ accelerator, leaps, ...made }).join(' ')
  assert.match(words('tcg'), /-accel tcg -smp 1 -icount shift=0 .* emulated /)
  assert.match(words('kvm'), /-accel kvm -smp 2 -cpu /)
  const leaping = words('tcg', true)
  assert.match(leaping, /-icount shift=0,sleep=off /)
  for (const each of [words('tcg'), leaping, words('kvm')]) assert.match(each, /-nodefaults .*-nic none/)
})
