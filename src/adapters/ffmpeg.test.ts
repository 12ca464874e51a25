import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Flip, Rotation } from '../../config/picture-words.ts'
import { decodeArgs, encodeArgs, levelFor, posterArgs, verifyArgs } from './ffmpeg.ts'

const always = '-hide_banner -nostdin -loglevel error'

test('decoding: pictures on one pipe, a line with the time stamp of each on another', () => {
  assert.equal(
    decodeArgs({ width: 1280, height: 720 }).join(' '),
    `${always} -copyts -protocol_whitelist file,pipe -probesize 500000 -analyzeduration 200000 -threads 1 -f mpegts -i pipe:0` +
      ' -filter_complex [0:v:0]scale=1280:720:flags=bilinear,format=yuv420p,split[picture][mark];[mark]crop=16:16:0:0[small]' +
      ' -map [picture] -fps_mode passthrough -enc_time_base 1:90000 -threads 1 -f rawvideo pipe:1' +
      ' -map [small] -fps_mode passthrough -enc_time_base 1:90000 -threads 1 -flush_packets 1 -f framecrc pipe:3',
  )
})

test('decoding: a turn comes after the scaling, a flip after the turn', () => {
  const chain = (rotation: Rotation, flip: Flip = 'none'): string | undefined =>
    decodeArgs({ width: 1280, height: 720 }, { rotation, flip }).find((each) => each.startsWith('[0:v:0]'))
  assert.match(chain(90) ?? '', /scale=1280:720:flags=bilinear,format=yuv420p,transpose=clock,split/)
  assert.match(chain(180) ?? '', /format=yuv420p,hflip,vflip,split/)
  assert.match(chain(270) ?? '', /format=yuv420p,transpose=cclock,split/)
  assert.match(chain(0, 'horizontal') ?? '', /format=yuv420p,hflip,split/)
  assert.match(chain(90, 'vertical') ?? '', /format=yuv420p,transpose=clock,vflip,split/)
})

test('encoding: closed groups of one length, no B-frames, one sample description, tagged bt709', () => {
  const args = encodeArgs({ width: 2560, height: 720, fps: 25, preset: 'veryfast', crf: 23, maxRateKbps: 6_000, chunkFrames: 50 })
  const colour = '-color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709'
  assert.equal(
    args.join(' '),
    `${always} -protocol_whitelist file,pipe -f rawvideo -pixel_format yuv420p -video_size 2560x720 -framerate 25 ${colour} -i pipe:0` +
      ' -c:v libx264 -preset veryfast -crf 23 -maxrate 6000k -bufsize 12000k -profile:v high -level:v 4.0' +
      ' -x264-params cabac=1:8x8dct=1:ref=1:bframes=0:weightp=0:weightb=0:b-pyramid=0:scenecut=0:keyint=50:min-keyint=50:stitchable=1' +
      ` -g 50 -pix_fmt yuv420p ${colour} -map_metadata -1 -fflags +bitexact -flags:v +bitexact -video_track_timescale 90000` +
      ' -movflags +frag_keyframe+empty_moov+default_base_moof -f mp4 pipe:1',
  )
})

test('verifying: any error ends it', () => {
  const args = verifyArgs().join(' ')
  assert.ok(args.startsWith(`${always} -xerror -err_detect explode `))
  assert.ok(
    args.endsWith(
      ' -threads 1 -fpsprobesize 0 -protocol_whitelist file,pipe -f mp4 -i pipe:0 -map 0:v:0 -vf crop=16:16:0:0 -fps_mode passthrough' +
        ' -threads 1 -flush_packets 1 -f framecrc pipe:1',
    ),
  )
})

test('a poster: one picture, never larger than the film', () => {
  assert.equal(
    posterArgs(1_280).join(' '),
    `${always} -protocol_whitelist file,pipe -f mp4 -i pipe:0 -map 0:v:0 -frames:v 1 -vf scale='min(1280,iw)':-2 -q:v 4 -f mjpeg pipe:1`,
  )
})

test('the level is the lowest that has room for the picture, its rate and its longer side', () => {
  for (const [width, height, fps, level] of [
    [1_280, 720, 30, '3.1'],
    [1_280, 720, 31, '3.2'],
    [2_560, 720, 25, '4.0'],
    [2_560, 720, 30, '4.0'],
    [1_920, 1_080, 30, '4.0'],
    [1_920, 1_080, 50, '4.2'],
    [3_840, 1_080, 30, '5.0'],
    [3_840, 1_080, 50, '5.1'],
    [3_840, 2_160, 60, '5.2'],
    [7_680, 2_160, 30, '6.2'],
    [4_096, 90, 25, '4.0'],
    [4_112, 90, 25, '4.2'],
  ] as const)
    assert.equal(levelFor({ width, height, fps }), level, `${width}x${height} at ${fps}`)
})
