import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { corners, layouts, type LayoutName, type Rotation } from '../../../config/picture-words.ts'
import { arrangementSchema } from '../../capture/arrangement.ts'
import type { Camera } from '../../capture/take.ts'
import { drawCard } from '../card.ts'
import { pictureBytes, planesOf, type PictureSize } from '../picture.ts'
import type { Layout, Lost } from './canvas.ts'
import golden from './golden-frames.json' with { type: 'json' }
import { layoutOf, openLayout } from './layout-of.ts'
import { openPanorama } from './panorama.ts'
import { sideBySideWithin } from './within.ts'

/** Every pixel tells where it was and of which camera: luma rises to the right and downwards, the colours differ by side. */
function picture(size: PictureSize, camera: Camera): Buffer {
  const data = Buffer.alloc(pictureBytes(size))
  for (const [n, { offset, stride, rows }] of planesOf(size).entries())
    for (let y = 0; y < rows; y += 1)
      for (let x = 0; x < stride; x += 1)
        data[offset + y * stride + x] =
          n === 0 ? 16 + ((x * 3 + y * 5) % 200) : camera === 'left' ? 60 + ((x + y) % 40) : 160 + ((x + y) % 40)
  return data
}

const nobody: Lost = { left: false, right: false }

/** A canvas that held something else before. */
function draw(layout: Layout, sizes: Readonly<Record<Camera, PictureSize>>, lost: Lost = nobody): Buffer {
  const of = (camera: Camera): Buffer => (lost[camera] ? drawCard(sizes[camera], camera, 'stalled') : picture(sizes[camera], camera))
  const canvas = Buffer.alloc(pictureBytes(layout.canvas), 255)
  layout.compose({ left: of('left'), right: of('right') }, canvas, lost)
  return canvas
}

const hashOf = (canvas: Buffer): string => createHash('sha256').update(canvas).digest('hex').slice(0, 16)

const landscape = { width: 160, height: 90 }
const larger = { width: 192, height: 108 }
const situations = {
  both: nobody,
  'left lost': { left: true, right: false },
  'right lost': { left: false, right: true },
  'both lost': { left: true, right: true },
}

function drawAll(): Record<string, string> {
  const drawn: Record<string, string> = {}
  const sizesOf = (left: PictureSize, right: PictureSize) => ({ left, right })
  const pairs = {
    equal: sizesOf(landscape, landscape),
    unequal: sizesOf(landscape, larger),
    upright: sizesOf({ width: 90, height: 160 }, landscape),
  }
  for (const layout of layouts.filter((name) => name !== 'panorama'))
    for (const [pair, sizes] of Object.entries(pairs))
      for (const [situation, lost] of Object.entries(situations)) {
        const opened = openLayout({ layout, mainCamera: 'left', insetCorner: 'top-left' }, sizes)
        drawn[`${layout}, ${pair}, ${situation}`] = `${opened.canvas.width}x${opened.canvas.height} ${hashOf(draw(opened, sizes, lost))}`
      }
  const sizes = sizesOf(landscape, landscape)
  const note = (name: string, layout: Layout, lost: Lost): void => {
    drawn[name] = `${layout.canvas.width}x${layout.canvas.height} ${hashOf(draw(layout, sizes, lost))}`
  }
  const panorama = openPanorama({ version: 1, ...sizes, homography, canvas: { x: 0, y: 0, width: 260, height: 90 } })
  for (const [situation, lost] of Object.entries(situations)) {
    note(`panorama, ${situation}`, panorama, lost)
    note(`panorama redrawn side by side, ${situation}`, sideBySideWithin(sizes, panorama.canvas), lost)
    note(`single, right, ${situation}`, openLayout({ layout: 'single', mainCamera: 'right', insetCorner: 'top-left' }, sizes), lost)
    for (const insetCorner of corners)
      for (const mainCamera of ['left', 'right'] as const) {
        const layout = openLayout({ layout: 'picture-in-picture', mainCamera, insetCorner }, sizes)
        note(`picture-in-picture, ${mainCamera} in full, ${insetCorner}, ${situation}`, layout, lost)
      }
  }
  return drawn
}

/** The right camera looks 100 columns further, leans a little and stands lower. */
const homography = [1.05, 0.01, 100, 0.02, 1.04, 3, 0.0002, 0, 1] as const

test('every layout draws the frames that were noted, with cameras of one size and of two, upright and turned, and with cards', () => {
  assert.deepEqual(drawAll(), golden) // canvas size and hash; pictures of such frames were looked at when they were noted
})

test('whatever a canvas held before, the same pictures give the same frame', () => {
  for (const layout of layouts)
    for (const sizes of [
      { left: landscape, right: larger },
      { left: { width: 90, height: 160 }, right: landscape },
    ]) {
      const opened = openLayout({ layout, mainCamera: 'right', insetCorner: 'bottom-right' }, sizes)
      const pictures = { left: picture(sizes.left, 'left'), right: picture(sizes.right, 'right') }
      const [clean, used] = [0, 255].map((value) => {
        const canvas = Buffer.alloc(pictureBytes(opened.canvas), value)
        opened.compose(pictures, canvas)
        return hashOf(canvas)
      })
      assert.equal(clean, used, layout)
    }
})

/** The mean of a plane's rectangle. */
function mean(canvas: Buffer, { width, height }: PictureSize, plane: 0 | 1, x: number, y: number, columns: number, rows: number): number {
  const found = planesOf({ width, height })[plane]
  assert.ok(found)
  let sum = 0
  for (let row = y; row < y + rows; row += 1)
    for (let column = x; column < x + columns; column += 1) sum += canvas[found.offset + row * found.stride + column] ?? 0
  return sum / (columns * rows)
}

test('stacked shows left above right, pixel for pixel', () => {
  const sizes = { left: landscape, right: landscape }
  const canvas = draw(openLayout({ layout: 'stacked', mainCamera: 'left', insetCorner: 'top-left' }, sizes), sizes)
  const half = landscape.width * landscape.height
  assert.deepEqual(canvas.subarray(0, half), picture(landscape, 'left').subarray(0, half))
  assert.deepEqual(canvas.subarray(half, 2 * half), picture(landscape, 'right').subarray(0, half))
})

test('single shows its main camera as it is, and the other one only while the main one is lost', () => {
  const sizes = { left: landscape, right: landscape }
  for (const mainCamera of ['left', 'right'] as const) {
    const other = mainCamera === 'left' ? 'right' : 'left'
    const layout = openLayout({ layout: 'single', mainCamera, insetCorner: 'top-left' }, sizes)
    assert.deepEqual(layout.canvas, landscape)
    assert.deepEqual(draw(layout, sizes), picture(landscape, mainCamera))
    assert.deepEqual(draw(layout, sizes, { ...nobody, [mainCamera]: true }), picture(landscape, other))
    assert.deepEqual(draw(layout, sizes, { ...nobody, [other]: true }), picture(landscape, mainCamera))
    assert.deepEqual(draw(layout, sizes, { left: true, right: true }), drawCard(landscape, mainCamera, 'stalled'))
  }
})

test('picture-in-picture shows the other camera small in each corner, and large while the main one is lost', () => {
  const sizes = { left: { width: 320, height: 180 }, right: { width: 320, height: 180 } }
  for (const insetCorner of corners) {
    const layout = openLayout({ layout: 'picture-in-picture', mainCamera: 'left', insetCorner }, sizes)
    const canvas = draw(layout, sizes)
    const [x, y] = [insetCorner.endsWith('left') ? 4 : 320 / 2 - 40 - 4, insetCorner.startsWith('top') ? 4 : 180 / 2 - 22 - 4]
    assert.ok(mean(canvas, layout.canvas, 1, x + 2, y + 2, 36, 18) > 150, `${insetCorner}: the inset is of the right camera`)
    assert.ok(mean(canvas, layout.canvas, 1, 60, 30, 40, 20) < 110, `${insetCorner}: the middle is of the left one`)
    const lost = draw(layout, sizes, { left: true, right: false })
    assert.ok(mean(lost, layout.canvas, 1, 60, 30, 40, 20) > 150, `${insetCorner}: the middle is of the right one`)
    assert.equal(Math.round(mean(lost, layout.canvas, 1, x + 2, y + 2, 36, 18)), 128, `${insetCorner}: the inset is the card`)
  }
})

test('a recording is drawn as its row says, its cameras turned', () => {
  const canvasOf = (layout: LayoutName, left: Rotation = 0): PictureSize =>
    layoutOf({ ...arrangementSchema.parse({ layout, rotation: { left } }), cameraWidth: 1280, cameraHeight: 720 }).canvas
  assert.deepEqual(canvasOf('side-by-side'), { width: 2560, height: 720 })
  assert.deepEqual(canvasOf('side-by-side', 90), { width: 2000, height: 1280 })
  assert.deepEqual(canvasOf('stacked'), { width: 1280, height: 1440 })
  assert.deepEqual(canvasOf('single'), { width: 1280, height: 720 })
  assert.deepEqual(canvasOf('picture-in-picture', 270), { width: 720, height: 1280 })
})

test('what cannot be drawn yet is drawn side by side, and says so', () => {
  const drawn = layoutOf({ ...arrangementSchema.parse({ layout: 'panorama' }), cameraWidth: 640, cameraHeight: 360 })
  assert.equal(drawn.name, 'side-by-side')
})
