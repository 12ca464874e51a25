import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { adviseHugePages } from './huge-pages.ts'

const kernelHas = (): boolean => {
  try {
    return /\[(always|madvise)\]/.test(readFileSync('/sys/kernel/mm/transparent_hugepage/enabled', 'utf8'))
  } catch {
    return false
  }
}

test('a large memory stands in large pages when it was asked for, and its bytes are what they were', (t) => {
  const { buffer } = new WebAssembly.Memory({ initial: 256, maximum: 256, shared: true })
  const bytes = new Uint8Array(buffer)
  bytes[5] = 7
  const taken = adviseHugePages(bytes)
  bytes.fill(1, 4_194_304)
  assert.deepEqual([bytes[5], bytes[4_194_303], bytes.at(-1)], [7, 0, 1])
  if (!kernelHas()) return t.skip('this kernel has no large pages')
  assert.ok(taken)
  assert.match(readFileSync('/proc/self/smaps', 'utf8'), /^Size: +16384 kB(\n.+)+?\nVmFlags:.* hg/m)
})

test('what is no address of a page is refused without harm', () => {
  assert.equal(adviseHugePages(new Uint8Array(64).subarray(3)), false)
})
