import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { logoPositions } from '../../../config/picture-words.ts'
import { logoBox, placeLogos } from './place-logos.ts'

const canvas = { width: 1280, height: 360 }

test('logos stand in their corners and at their edges, the margin away', () => {
  const logos = logoPositions.map((position) => ({ position, width: 100, height: 40 }))
  const places = Object.fromEntries(placeLogos(logos, canvas, 10).map((place, n) => [logoPositions[n], place && [place.x, place.y]]))
  assert.deepEqual(places, {
    'top-left': [10, 10],
    'top-center': [590, 10],
    'top-right': [1170, 10],
    'middle-left': [10, 160],
    'middle-right': [1170, 160],
    'bottom-left': [10, 310],
    'bottom-center': [590, 310],
    'bottom-right': [1170, 310],
  })
})

test('of two at one place the first takes the edge, and one that finds no room is left out', () => {
  const logo = { position: 'bottom-right', width: 100, height: 120 } as const
  assert.deepEqual(placeLogos([logo, logo, logo], canvas, 10), [{ x: 1170, y: 230 }, { x: 1170, y: 100 }, undefined])
  const [small, large] = [40, 100].map((height) => ({ position: 'middle-left', width: 50, height }) as const)
  assert.ok(small && large)
  assert.deepEqual(placeLogos([small, large], canvas, 10), [
    { x: 10, y: 160 },
    { x: 10, y: 210 },
  ])
})

test('no logo takes more than a third of a film', () => {
  assert.deepEqual(logoBox({ width: 400, height: 400 }, canvas), { width: 400, height: 120 })
  assert.deepEqual(logoBox({ width: 400, height: 400 }, { width: 300, height: 3_000 }), { width: 100, height: 400 })
})

test('whatever is asked for, logos stand wholly on the canvas, on whole pixels of its colours, and those of one place do not touch', () => {
  const logo = fc.record({
    position: fc.constantFrom(...logoPositions),
    width: fc.integer({ min: 1, max: 900 }),
    height: fc.integer({ min: 1, max: 900 }),
  })
  const side = fc.integer({ min: 45, max: 1_000 }).map((n) => 2 * n)
  fc.assert(
    fc.property(fc.array(logo, { maxLength: 5 }), side, side, fc.integer({ min: 0, max: 500 }), (logos, width, height, margin) => {
      const places = placeLogos(logos, { width, height }, margin)
      for (const [n, place] of places.entries()) {
        const own = logos[n]
        if (!place || !own) continue
        assert.ok(place.x % 2 === 0 && place.y % 2 === 0)
        assert.ok(place.x >= 0 && place.y >= 0 && place.x + own.width <= width && place.y + own.height <= height)
        for (const [m, other] of places.entries())
          if (m < n && other && logos[m]?.position === own.position)
            assert.ok(place.y >= other.y + logos[m].height || other.y >= place.y + own.height, 'they do not overlap')
      }
    }),
  )
})
