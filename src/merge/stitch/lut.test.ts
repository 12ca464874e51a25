import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { geometries } from '../../../tests/random-stitch.ts'
import { calibration } from '../../../lab/panorama/geometry.ts'
import { buildTable, mostTableBytes } from './lut.ts'
import { openPlaneRows, type PlaneRows } from './plane-rows.ts'
import { geometryOf } from './stitch-geometry.ts'
import { forms, kinds, record, rowBytes, run } from './table-format.ts'

/** The runs of each row, as numbers. */
function runsIn(table: Uint8Array, rows: number) {
  const words = new DataView(table.buffer, table.byteOffset, table.byteLength)
  const int = (at: number): number => words.getInt32(at, true)
  return Array.from({ length: rows }, (_, y) =>
    Array.from({ length: int(y * rowBytes + 4) }, (__, n) => {
      const at = int(y * rowBytes) + n * run.bytes
      const [kind, x, blocks] = [int(at + run.kind), int(at + run.x), int(at + run.blocks)]
      const records = (place: number): number[] =>
        kind === kinds.hole ? [] : Array.from({ length: blocks }, (___, each) => int(int(at + place) + each * record.bytes + record.form))
      return { kind, x, blocks, gathers: int(at + run.gathers), left: () => records(run.left), right: () => records(run.right) }
    }),
  )
}

const isRightWarped = (kind: number): boolean => kind === kinds.rightWarp || kind === kinds.blendCopy || kind === kinds.blendWarp
const isLeftWarped = (kind: number): boolean => kind === kinds.leftWarp || kind === kinds.blendWarp

test("a planar rig's left picture is copied, both are blended, the right one is warped; no record of it gathers", () => {
  const rows = openPlaneRows(geometryOf({ ...calibration, canvas: { x: 0, y: 0, width: 3392, height: 64 } }), 'luma')
  for (const runs of runsIn(buildTable(rows), rows.rows)) {
    assert.deepEqual(
      runs.map(({ kind }) => kind),
      [kinds.leftCopy, kinds.blendCopy, kinds.rightWarp],
    )
    assert.equal(
      runs.reduce((sum, { blocks }) => sum + blocks, 0),
      3392 / 8,
    )
    for (const each of runs) assert.equal(each.gathers, 0)
  }
})

test('every kind of run and every form of record comes up in the random panoramas that the kernel is held to', () => {
  const seen = { kinds: new Set<number>(), forms: new Set<number>() }
  for (const geometry of fc.sample(geometries, { numRuns: 300, seed: 1 })) {
    const rows = openPlaneRows(geometry, 'luma')
    for (const { kind, left, right } of runsIn(buildTable(rows), rows.rows).flat()) {
      seen.kinds.add(kind)
      for (const form of [...(isLeftWarped(kind) ? left() : []), ...(isRightWarped(kind) ? right() : [])]) seen.forms.add(form)
    }
  }
  assert.deepEqual(
    [...seen.kinds].toSorted((a, b) => a - b),
    Object.values(kinds),
  )
  assert.deepEqual(
    [...seen.forms].toSorted((a, b) => a - b),
    Object.values(forms),
  )
})

test('the runs of a row cover it, and a table is never larger than told beforehand', () => {
  fc.assert(
    fc.property(geometries, fc.constantFrom('luma', 'chroma'), (geometry, plane) => {
      const rows: PlaneRows = openPlaneRows(geometry, plane)
      const table = buildTable(rows)
      assert.ok(table.length <= mostTableBytes(rows), `${table.length} of ${mostTableBytes(rows)}`)
      for (const runs of runsIn(table, rows.rows)) {
        const covered = new Uint8Array(rows.width)
        for (const { kind, x, blocks } of runs) covered.fill(1, x, x + (kind === kinds.hole ? blocks : 8 * blocks))
        assert.ok(!covered.includes(0))
      }
    }),
  )
})

test('a run says that it gathers exactly when one of its records does', () => {
  fc.assert(
    fc.property(geometries, (geometry) => {
      const rows = openPlaneRows(geometry, 'luma')
      for (const { kind, gathers, left, right } of runsIn(buildTable(rows), rows.rows).flat()) {
        const all = [...(isLeftWarped(kind) ? left() : []), ...(isRightWarped(kind) ? right() : [])]
        assert.equal(gathers === 1, all.includes(forms.gather))
      }
    }),
  )
})
