// The original's two ways from two films to the one that is uploaded, side by side with a logo, as its programs call ffmpeg.
// Never shortened: each encode that a customer waited for is here. Only what could not run at all was mended, and is marked.

import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { mustRun, type Job } from '../run-job.ts'

export type Films = { readonly left: string; readonly right: string; readonly logo: string }

/** A square with transparent corners, as large as a venue's logo is. */
export async function drawLogo(folder: string, signal: AbortSignal): Promise<string> {
  const logo = path.join(folder, 'logo.png')
  const disc = "geq=r=24:g=92:b=160:a='if(lt(hypot(X-200,Y-200),190),230,0)'"
  await mustRun(
    'ffmpeg',
    ['-v', 'error', '-nostdin', '-y', '-f', 'lavfi', '-i', `color=black:s=400x400,format=rgba,${disc}`, '-frames:v', '1', logo],
    signal,
  )
  return logo
}

/** services/video_processor.py: merge, compress, look. */
export const servicesChain =
  ({ left, right }: Films, folder: string): Job =>
  async (signal) => {
    const [merged, output] = [path.join(folder, 'services-merged.mp4'), path.join(folder, 'services.mp4')]
    const ffmpeg = runnerIn(signal)
    await ffmpeg('-i', left, '-i', right, '-filter_complex', '[0:v][1:v]hstack=inputs=2[v]', '-map', '[v]', ...x264('fast', 23), merged)
    await ffmpeg('-i', merged, ...x264('medium', 23), '-c:a', 'aac', '-b:a', '128k', output)
    await mustRun('ffprobe', ['-v', 'quiet', '-print_format', 'json', '-show_format', '-show_streams', output], signal)
    return { output }
  }

/** backend/enhanced_merge.py and backend/video_worker.py: merge with a cross-fade, encode again, logo, normalise, join. Without an intro. */
export const workerChain =
  ({ left, right, logo }: Films, folder: string): Job =>
  async (signal) => {
    const file = (name: string): string => path.join(folder, `worker-${name}`)
    const ffmpeg = runnerIn(signal)
    const again = ['-pix_fmt', 'yuv420p', '-avoid_negative_ts', 'make_zero', '-fflags', '+genpts']
    await ffmpeg(
      ...['-i', left, '-i', right, '-filter_complex', crossFade, '-map', '[v]', '-an'],
      ...[...x264('veryfast', 20), '-pix_fmt', 'yuv420p', '-movflags', '+faststart', file('merged.mp4')],
    )
    await ffmpeg('-i', file('merged.mp4'), ...x264('fast', 23), ...again, file('again.mp4'))
    await ffmpeg(
      '-i',
      file('again.mp4'),
      '-i',
      logo,
      '-filter_complex',
      logoCorner,
      '-map',
      '[o]',
      ...x264('fast', 23),
      ...again,
      file('logo.mp4'),
    )
    await ffmpeg('-i', file('logo.mp4'), '-r', '30', ...x264('fast', 23), ...again, file('normal.mp4'))
    await writeFile(file('list.txt'), `file '${file('normal.mp4')}'\n`)
    await ffmpeg('-f', 'concat', '-safe', '0', '-i', file('list.txt'), '-c', 'copy', file('final.mp4'))
    return { output: file('final.mp4') }
  }

/** The best that somebody makes by hand: one pass, one encode, the same look at the end. */
export const onePass =
  ({ left, right, logo }: Films, preset: string, folder: string): Job =>
  async (signal) => {
    const output = path.join(folder, `one-pass-${preset}.mp4`)
    const graph =
      '[0:v][1:v]hstack=inputs=2[h];[2:v]scale=200:200,format=yuva420p[l];[h][l]overlay=main_w-overlay_w-10:main_h-overlay_h-10:format=yuv420[v]'
    await runnerIn(signal)(
      ...['-i', left, '-i', right, '-i', logo, '-filter_complex', graph, '-map', '[v]'],
      ...x264(preset, 23),
      '-movflags',
      '+faststart',
      output,
    )
    await mustRun(
      'ffprobe',
      ['-v', 'error', '-select_streams', 'v', '-count_packets', '-show_entries', 'stream=nb_read_packets', '-of', 'csv=p=0', output],
      signal,
    )
    return { output }
  }

const runnerIn =
  (signal: AbortSignal) =>
  (...args: readonly string[]): Promise<string> =>
    mustRun('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args], signal)

const x264 = (preset: string, crf: number): string[] => ['-c:v', 'libx264', '-preset', preset, '-crf', String(crf)]

/** The two `split` were mended: as published the graph uses its labels twice, and ffmpeg refuses it. */
const crossFade = [
  '[0:v]scale=-2:1080,setsar=1,split[leftA][leftB]',
  '[1:v]scale=-2:1080,setsar=1,split[rightA][rightB]',
  '[leftA]crop=iw-100:ih:0:0[leftMain]',
  '[leftB]crop=100:ih:iw-100:0[leftEdge]',
  '[rightA]crop=100:ih:0:0[rightEdge]',
  '[rightB]crop=iw-100:ih:100:0[rightMain]',
  "[leftEdge][rightEdge]blend=all_expr='A*(1-X/W)+B*(X/W)'[fade]",
  '[leftMain][fade][rightMain]hstack=inputs=3,format=yuv420p[v]',
].join(';')

const logoCorner =
  '[1:v]scale=200:200:force_original_aspect_ratio=decrease,pad=200:200:(ow-iw)/2:(oh-ih)/2:color=0x00000000[l];' +
  '[0:v][l]overlay=main_w-overlay_w-10:main_h-overlay_h-10[o]'
