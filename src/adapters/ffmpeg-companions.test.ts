import assert from 'node:assert/strict'
import { test } from 'node:test'
import { framedJpegArgs, inIdleTime, jpegArgs, loudnessArgs, renditionArgs } from './ffmpeg-companions.ts'

const always = '-hide_banner -nostdin -loglevel error'
const raw = (size: string): string =>
  `-protocol_whitelist file,pipe -f rawvideo -pixel_format yuv420p -video_size ${size} -color_range tv -colorspace bt709 -i pipe:0`
const asJpeg = 'scale=iw:ih:in_range=tv:out_range=pc:in_color_matrix=bt709:out_color_matrix=bt601'

test('a small picture becomes a JPEG in the colours of the film', () => {
  assert.equal(
    jpegArgs({ width: 2_400, height: 680 }, 8).join(' '),
    `${always} ${raw('2400x680')} -vf ${asJpeg},format=yuvj420p -frames:v 1 -q:v 8 -f mjpeg pipe:1`,
  )
})

test('a preview shows the whole picture, whatever its shape, with itself around it', () => {
  assert.equal(
    framedJpegArgs({ width: 1_200, height: 336 }, { width: 1_200, height: 630 }, 4).join(' '),
    `${always} ${raw('1200x336')} -filter_complex [0:v]${asJpeg},split[one][two];` +
      '[one]scale=1200:630:force_original_aspect_ratio=increase,crop=1200:630,boxblur=24:2,eq=brightness=-0.12[back];' +
      '[two]scale=1200:630:force_original_aspect_ratio=decrease[front];' +
      '[back][front]overlay=(W-w)/2:(H-h)/2,setsar=1,format=yuvj420p -frames:v 1 -q:v 4 -f mjpeg pipe:1',
  )
})

test('what reads a whole film takes only what nobody else wants, and ends with who started it', () => {
  assert.deepEqual(inIdleTime('ffmpeg', ['-i', 'a b']), ['setpriv', ['--pdeathsig', 'KILL', 'nice', '-n', '19', 'ffmpeg', '-i', 'a b']])
  assert.equal(
    loudnessArgs('/films/a b.mp4').join(' '),
    `${always} -loglevel info -nostats -protocol_whitelist file -f mp4 -i file:/films/a b.mp4 -map 0:a:0 -af ebur128=peak=true:framelog=verbose -f null -`,
  )
})

test('a smaller version: its sound copied, no B-frames, its index in front', () => {
  const colour = '-color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709'
  assert.equal(
    renditionArgs('/s/a.mp4', '/s/a/rendition.mp4', { width: 1_920, height: 540, fps: 25, maxRateKbps: 3_000 }).join(' '),
    `${always} -y -protocol_whitelist file -f mp4 -i file:/s/a.mp4 -map 0:v:0 -map 0:a:0? -c:a copy -vf scale=1920:540:flags=area,setsar=1` +
      ' -fps_mode passthrough -c:v libx264 -preset veryfast -crf 23 -maxrate 3000k -bufsize 6000k -profile:v high -level:v 3.2 -bf 0 -g 50' +
      ` -pix_fmt yuv420p ${colour} -map_metadata -1 -fflags +bitexact -flags:v +bitexact -video_track_timescale 90000 -movflags +faststart` +
      ' -f mp4 file:/s/a/rendition.mp4',
  )
})
