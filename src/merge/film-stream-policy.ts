// Which video streams are merged, and what each wants before it is: padding, square pixels, no interlacing, the colours of the film.
// Pure: judged by what ffprobe says of the stream. What would come out wrong is refused with the reason and the mend.

import { z } from 'zod'
import type { PictureSize } from './picture.ts'

/** What stands before the scaling in a decoder's filter chain, and how its colours are read. */
export type Preparation = { readonly before: readonly string[]; readonly colours: string }

export type FilmStream = PictureSize & Preparation & { readonly remarks: readonly string[] }

/** Of each side, in pixels. */
export const largestSide = 4_096

export const streamSchema = z.object({
  codec_name: z.string().optional(),
  pix_fmt: z.string().optional(),
  width: z.int().positive(),
  height: z.int().positive(),
  time_base: z.string(),
  sample_aspect_ratio: z.string().optional(),
  field_order: z.string().optional(),
  color_space: z.string().optional(),
  color_range: z.string().optional(),
  color_transfer: z.string().optional(),
  color_primaries: z.string().optional(),
  side_data_list: z.array(z.object({ rotation: z.number().optional() })).optional(),
})

const codecs: ReadonlySet<string> = new Set(
  'h264 hevc av1 vp8 vp9 mpeg1video mpeg2video mpeg4 h263 mjpeg prores dnxhd dvvideo ffv1 vc1 wmv3 theora rawvideo'.split(' '),
)

export function judgeStream(stream: z.infer<typeof streamSchema>): FilmStream | { readonly fault: string; readonly hint?: string } {
  const { codec_name: codec = 'unknown', width, height } = stream
  if (!codecs.has(codec)) return { fault: `its pictures are coded as ${codec}, which is not merged` }
  if (width > largestSide || height > largestSide)
    return { fault: `its picture of ${width}x${height} is larger than ${largestSide} pixels` }
  if (width < 16 || height < 16) return { fault: `its picture of ${width}x${height} is smaller than 16 pixels` }
  const hdr = hdrFault(stream)
  if (hdr !== undefined) return { fault: hdr, hint: toneMap }
  const turned = Math.round(stream.side_data_list?.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0)
  if (turned % 90 !== 0) return { fault: `it is to be shown turned by ${turned} degrees` }
  const interlaced = /^(tt|bb|tb|bt)$/.test(stream.field_order ?? '')
  if (interlaced && turned !== 0)
    return { fault: 'it is interlaced and turned at once', hint: 'deinterlace it first: ffmpeg -i IN -vf bwdif OUT.mp4' }
  const shown = { width: Math.round(width * aspectOf(stream.sample_aspect_ratio)), height }
  if (shown.width > largestSide) return { fault: `its picture is ${shown.width} pixels wide when it is shown` }
  const upright = turned % 180 === 0 ? shown : { width: shown.height, height: shown.width }
  const size = { width: upright.width + (upright.width % 2), height: upright.height + (upright.height % 2) }
  const stretched = shown.width !== width
  const odd = size.width !== upright.width || size.height !== upright.height
  const padded = odd && !stretched
  const colours = colourOptions(stream)
  return {
    ...size,
    before: [
      ...(interlaced ? ['bwdif=mode=send_frame:deint=all'] : []),
      ...(padded
        ? [...(colours === '' ? [] : [`scale=${colours.slice(1)}`]), 'format=yuv444p', `pad=${size.width}:${size.height}:0:0`]
        : []),
    ],
    colours: padded ? '' : colours, // what is padded has the film's colours by then: another form of pixels would make them once more
    remarks: [
      ...(interlaced ? ['it is interlaced: its fields are put together'] : []),
      ...(odd ? [`its picture of ${upright.width}x${upright.height} has an odd side: it is made ${size.width}x${size.height}`] : []),
      ...(stretched ? [`its pixels are not square: it is shown ${shown.width} pixels wide`] : []),
    ],
  }
}

const toneMap =
  'make it SDR first: ffmpeg -i IN -vf zscale=t=linear:npl=100,tonemap=hable,zscale=p=bt709:t=bt709:m=bt709:r=tv,format=yuv420p -c:v libx264 OUT.mp4'

function hdrFault({
  color_transfer: transfer,
  color_primaries: primaries,
  color_space: space,
}: z.infer<typeof streamSchema>): string | undefined {
  if (transfer === 'smpte2084') return 'it is HDR (PQ)'
  if (transfer === 'arib-std-b67') return 'it is HDR (HLG)'
  return primaries === 'bt2020' || space?.startsWith('bt2020') === true ? 'its colours are those of BT.2020' : undefined
}

/** Width of a pixel by its height; 1 where nothing sensible is told. */
function aspectOf(told: string | undefined): number {
  const [, num, den] = /^(\d{1,5}):(\d{1,5})$/.exec(told ?? '') ?? []
  const aspect = Number(num) / Number(den)
  return aspect >= 0.2 && aspect <= 5 ? aspect : 1
}

/** By the name that ffmpeg has for how its pixels lie: gbrp, bgr0, argb, rgb24, x2rgb10le. Containers that tell no colours tell this. */
const isRgb = (pixelFormat = ''): boolean => /^(x2)?[0a]?(gbr|rgb|bgr)|^pal8/.test(pixelFormat)

/** The scaler's names for what is not BT.709, by ffprobe's. */
const matrices: Readonly<Record<string, string>> = { smpte170m: 'bt601', bt470bg: 'bt601', fcc: 'fcc', smpte240m: 'smpte240m' }

/** Of the scale filter: the film is BT.709 in limited range. What is not told is taken for that. Of RGB pictures the scaler makes BT.601
 *  unless it is told. */
function colourOptions({ pix_fmt: form, color_space: space = '', color_range: range }: z.infer<typeof streamSchema>): string {
  const matrix = isRgb(form) ? undefined : matrices[space]
  return [
    ...(isRgb(form) ? ['out_color_matrix=bt709'] : []),
    ...(matrix === undefined ? [] : [`in_color_matrix=${matrix}`, 'out_color_matrix=bt709']),
    ...(range === 'pc' ? ['in_range=pc', 'out_range=tv'] : []),
  ]
    .map((option) => `:${option}`)
    .join('')
}
