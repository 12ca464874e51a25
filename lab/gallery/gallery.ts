// `bench gallery`: every layout, each step by which a film is worth less, and each place of a logo, drawn from the same instant of the same match.
// For eyes: docs/design/stitching.md shows these sheets. Nothing is judged here, golden frames judge; never draws by other code than the film's own.

import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { layouts, logoPositions, type LayoutName } from '../../config/picture-words.ts'
import { makeFolder } from '../../src/base/files.ts'
import { courtCalibration } from '../../src/capture/court/court-calibration.ts'
import { openCourt } from '../../src/capture/court/court.ts'
import { cameras, type Camera } from '../../src/capture/take.ts'
import { openBlend } from '../../src/merge/branding/blend.ts'
import { placeLogos } from '../../src/merge/branding/place-logos.ts'
import { drawCard } from '../../src/merge/card.ts'
import { spelledOut } from '../../src/merge/film-calibration.ts'
import type { Layout, Lost } from '../../src/merge/layouts/canvas.ts'
import { openLayout } from '../../src/merge/layouts/layout-of.ts'
import { sideBySideWithin } from '../../src/merge/layouts/within.ts'
import { pictureBytes } from '../../src/merge/picture.ts'
import type { Context, Point, Scenario } from '../harness.ts'
import { writeSheet } from './sheet.ts'

export const galleryScenario: Scenario = {
  kind: 'bench',
  name: 'gallery',
  summary: 'every layout, step of degrading and place of a logo as pictures (kept in the cache folder, named in the answer)',
  run: drawGallery,
}

const format = { width: 640, height: 360, fps: 25 } as const
const sizes = { left: format, right: format }
/** An instant of the match with players near the seam. */
const sceneFrame = 110

const nobody: Lost = { left: false, right: false }
const situations = { both: nobody, right: { left: false, right: true }, left: { left: true, right: false } } as const

type Pictures = Readonly<Record<Camera, Buffer>>

async function* drawGallery({ cacheFolder, say, signal }: Context): AsyncGenerator<Point> {
  const folder = path.join(cacheFolder, 'lab', 'gallery')
  await makeFolder(folder)
  say('drawing the match')
  const pictures = { left: pictureOf('left'), right: pictureOf('right') }
  const sheet = async (name: string, canvases: readonly Buffer[], { canvas }: Layout, columns: number): Promise<Point> => {
    const file = path.join(folder, `${name}.jpg`)
    await writeFile(file, await writeSheet(canvases, canvas, { columns, width: 1_280 }, signal))
    return { name, faults: [], figures: { picture: file, of: canvases.length, width: canvas.width, height: canvas.height } }
  }
  for (const name of layouts) {
    const layout = open(name)
    const drawn = Object.values(situations).map((lost) => draw(layout, pictures, lost))
    yield await sheet(name, drawn, layout, layout.canvas.width > 2 * layout.canvas.height ? 1 : 3)
  }
  const panorama = open('panorama')
  const redrawn = sideBySideWithin(sizes, panorama.canvas)
  yield await sheet(
    'panorama-redrawn',
    [...Object.values(situations), { left: true, right: true }].map((lost) => draw(redrawn, pictures, lost)),
    redrawn,
    2,
  )
  const logo = paintLogo(96, 48)
  const branded = logoPositions.map((position) => {
    const canvas = draw(panorama, pictures, nobody)
    const [place] = placeLogos([{ ...logo, position }], panorama.canvas, 16)
    if (place) openBlend(logo, panorama.canvas, place, 0.9)(canvas)
    return canvas
  })
  yield await sheet('logos', branded, panorama, 2)
}

const pictureOf = (camera: Camera): Buffer => Buffer.from(openCourt('real', camera, format).picture(sceneFrame))

const open = (layout: LayoutName): Layout =>
  openLayout({ layout, mainCamera: 'left', insetCorner: 'bottom-right' }, sizes, spelledOut(courtCalibration(format)))

/** A canvas of its own: the layout's are drawn on again. */
function draw(layout: Layout, pictures: Pictures, lost: Lost): Buffer {
  const cards = cameras.map((camera) => [camera, drawCard(layout.cardSize?.(camera) ?? sizes[camera], camera, 'camera-ended')] as const)
  const shown = { ...pictures, ...Object.fromEntries(cards.filter(([camera]) => lost[camera])) }
  const canvas = Buffer.alloc(pictureBytes(layout.canvas))
  layout.compose(shown, canvas, lost)
  return canvas
}

/** A disc beside a bar: round and straight edges, and a part that shines through. */
function paintLogo(width: number, height: number): { width: number; height: number; rgba: Buffer } {
  const rgba = Buffer.alloc(width * height * 4)
  const radius = height / 2
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const disc = Math.max(0, Math.min(1, radius - Math.hypot(x + 0.5 - radius, y + 0.5 - radius)))
      const bar = x >= height && y >= height / 4 && y < (3 * height) / 4 ? 0.6 : 0
      const [red, green, blue] = disc > 0 ? [255, 205, 40] : [255, 255, 255]
      const alpha = Math.max(disc, bar)
      rgba.set(
        [red, green, blue, 255].map((value) => Math.round((value ?? 0) * alpha)),
        (y * width + x) * 4,
      )
    }
  return { width, height, rgba }
}
