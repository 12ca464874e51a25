// The branding of a film: its logos taken when the merge begins, decoded for its canvas, and drawn over every frame.
// Never holds a film up and never touches a venue's file: a logo that cannot be had is left out, and told.

import type { BrandingSettings, LogoSetting } from '../../../config/settings.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { EzrecError } from '../../base/errors.ts'
import { mergedUntil } from '../chunk-store.ts'
import type { Layout } from '../layouts/canvas.ts'
import type { PictureSize } from '../picture.ts'
import { openBlend } from './blend.ts'
import { readLogoFile, type LogoFile } from './logo-file.ts'
import { decodeLogo, usualDecoder, type LogoDecoder, type LogoPicture } from './logo-picture.ts'
import { fixLogos, isBranded, listLogos, noteLogoFault, readTakenLogo, type LogoRow } from './logo-store.ts'
import { logoBox, placeLogos } from './place-logos.ts'
import { faultOf } from './venue-file.ts'

export const noBranding: BrandingSettings = { logos: [], margin: 0, opacity: 1 }

/** Draws on a canvas that is composed. */
export type Overlay = (canvas: Buffer) => void

/** What is told of a logo that is left out. */
export type OnLeftOut = (logo: { readonly slot: LogoRow['slot']; readonly file: string }, fault: string, ofMachine?: boolean) => void

/** A logo with the bytes that it is drawn from; without them, the reason. */
export type TakenLogo = LogoSetting & {
  readonly margin: number
  readonly opacity: number
  readonly taken: Pick<LogoFile, 'form' | 'bytes'>
}

/** A recording's logos as they were fixed, or as they are set and found now if this is its merge's first life. Errors: those of a machine
 *  that can start nothing now: with other logos the rest of the film would look different. */
export async function brandRecording(
  db: Database,
  recordingId: string,
  {
    settings,
    canvas,
    onLeftOut,
    patient = true,
    decoder,
  }: {
    readonly settings: BrandingSettings
    readonly canvas: PictureSize
    readonly onLeftOut: OnLeftOut
    readonly patient?: boolean
    readonly decoder?: LogoDecoder
  },
): Promise<Overlay | undefined> {
  const begun = mergedUntil(db, recordingId).chunks > 0
  if (!isBranded(db, recordingId)) {
    // begun: by a version without logos: the rest of the film has none either
    fixLogos(db, recordingId, begun ? [] : await Promise.all(settings.logos.map((logo) => take(logo, settings))))
  }
  const logos = listLogos(db, recordingId)
  for (const logo of logos) if (logo.fault !== null) onLeftOut(logo, logo.fault)
  const taken = logos.flatMap((logo): TakenLogo[] => {
    if (logo.fault !== null || logo.sha256 === null) return []
    const file = readTakenLogo(db, logo.sha256)
    if (!file) onLeftOut(logo, 'what it was drawn from was lost with a database')
    return file ? [{ ...logo, taken: file }] : []
  })
  const leaveOut: OnLeftOut = (logo, fault, ofMachine) => {
    if (!begun || !ofMachine) noteLogoFault(db, recordingId, logo, fault) // else it is in the film's beginning: the next life tries again
    onLeftOut(logo, fault, ofMachine)
  }
  return openOverlay(taken, canvas, leaveOut, { patient, ...(decoder ? { decoder } : {}) })
}

/** Logos as they are set and found now, for films that have no rows. */
export async function brandFilm(settings: BrandingSettings, canvas: PictureSize, onLeftOut: OnLeftOut): Promise<Overlay | undefined> {
  const found = await Promise.all(settings.logos.map((logo) => take(logo, settings)))
  for (const logo of found) if (logo.fault !== null) onLeftOut(logo, logo.fault)
  return openOverlay(
    found.flatMap((logo) => (logo.taken ? [{ ...logo, taken: logo.taken }] : [])),
    canvas,
    onLeftOut,
  )
}

async function take(logo: LogoSetting, { margin, opacity }: BrandingSettings): Promise<LogoRow & { readonly taken?: LogoFile }> {
  const wanted = { ...logo, margin, opacity }
  try {
    const taken = await readLogoFile(logo.file)
    return { ...wanted, sha256: taken.sha256, fault: null, taken }
  } catch (error) {
    if (isOfMachine(error)) throw error
    return { ...wanted, sha256: null, fault: faultOf(error) }
  }
}

/** Decodes the logos for a canvas and places them; `undefined` when there is none to draw. */
export async function openOverlay(
  logos: readonly TakenLogo[],
  canvas: PictureSize,
  onLeftOut: OnLeftOut,
  { patient = true, decoder = usualDecoder }: { readonly patient?: boolean; readonly decoder?: LogoDecoder } = {},
): Promise<Overlay | undefined> {
  const decoded: (TakenLogo & { readonly picture: LogoPicture })[] = []
  for (const logo of logos) {
    try {
      decoded.push({ ...logo, picture: await decodeLogo(logo.taken, logoBox(logo, canvas), decoder) })
    } catch (error) {
      if (patient && isOfMachine(error)) throw error
      onLeftOut(logo, faultOf(error), isOfMachine(error))
    }
  }
  const places = placeLogos(
    decoded.map(({ position, picture }) => ({ position, width: picture.width, height: picture.height })),
    canvas,
    decoded[0]?.margin ?? 0,
  )
  const draws = decoded.flatMap((logo, n) => {
    const place = places[n]
    if (place) return [openBlend(logo.picture, canvas, place, logo.opacity)]
    onLeftOut(logo, 'there is no room for it at its place')
    return []
  })
  if (draws.length === 0) return undefined
  return (out) => {
    for (const draw of draws) draw(out)
  }
}

/** The same layout with something drawn over it. */
export const overlaid = (layout: Layout, overlay: Overlay | undefined): Layout =>
  overlay === undefined
    ? layout
    : {
        ...layout,
        compose: (pictures, canvas, lost) => {
          layout.compose(pictures, canvas, lost)
          overlay(canvas)
        },
      }

/** What says nothing of the logo: it will be had when the machine has room again. */
const isOfMachine = (error: unknown): boolean =>
  !(error instanceof EzrecError) || ['upstream_unavailable', 'program_missing', 'timeout'].includes(error.code)
