import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeStream, type FilmStream } from './film-stream-policy.ts'

const stream = { codec_name: 'h264', width: 1280, height: 720, time_base: '1/90000' }

function film(changes: object): FilmStream {
  const judged = judgeStream({ ...stream, ...changes })
  assert.ok(!('fault' in judged), JSON.stringify(judged))
  return judged
}

function faultOf(changes: object): string {
  const judged = judgeStream({ ...stream, ...changes })
  assert.ok('fault' in judged, JSON.stringify(judged))
  return judged.fault
}

test('an ordinary film is merged as it is', () => {
  assert.deepEqual(film({ sample_aspect_ratio: '1:1', field_order: 'progressive', color_space: 'bt709', color_range: 'tv' }), {
    width: 1280,
    height: 720,
    before: [],
    colours: '',
    remarks: [],
  })
})

test('a film that was filmed upright is as large as it is shown', () => {
  const { width, height } = film({ side_data_list: [{}, { rotation: -90 }] })
  assert.deepEqual([width, height], [720, 1280])
})

test('odd sides are padded by one, pixels that are not square are stretched, fields are put together', () => {
  const odd = film({ width: 1279, height: 719 })
  assert.deepEqual([odd.width, odd.height, odd.before], [1280, 720, ['format=yuv444p', 'pad=1280:720:0:0']])
  const wide = film({ width: 720, height: 576, sample_aspect_ratio: '64:45', field_order: 'tt', color_space: 'bt470bg' })
  assert.deepEqual([wide.width, wide.height, wide.before], [1024, 576, ['bwdif=mode=send_frame:deint=all']])
  assert.equal(wide.colours, ':in_color_matrix=bt601:out_color_matrix=bt709')
  assert.equal(wide.remarks.length, 2)
  assert.equal(film({ color_range: 'pc' }).colours, ':in_range=pc:out_range=tv')
})

test('RGB pictures become BT.709, whatever is told of their colours, before they are padded', () => {
  for (const pix_fmt of ['gbrp', 'gbrp10le', 'bgr24', 'rgb24', 'bgr0', '0rgb', 'argb', 'x2rgb10le', 'pal8'])
    for (const color_space of ['gbr', 'bt470bg', undefined])
      assert.equal(film({ pix_fmt, color_space }).colours, ':out_color_matrix=bt709', pix_fmt)
  assert.equal(film({ pix_fmt: 'gbrp', color_range: 'pc' }).colours, ':out_color_matrix=bt709:in_range=pc:out_range=tv')
  const odd = film({ pix_fmt: 'gbrp', width: 1279 })
  assert.deepEqual([odd.before, odd.colours], [['scale=out_color_matrix=bt709', 'format=yuv444p', 'pad=1280:720:0:0'], ''])
  for (const pix_fmt of ['yuv420p', 'yuv422p10le', 'nv12', 'gray']) assert.equal(film({ pix_fmt }).colours, '', pix_fmt)
})

test('what would come out wrong is refused by name', () => {
  assert.match(faultOf({ color_transfer: 'smpte2084' }), /HDR \(PQ\)/)
  assert.match(faultOf({ color_transfer: 'arib-std-b67' }), /HDR \(HLG\)/)
  assert.match(faultOf({ color_primaries: 'bt2020' }), /BT\.2020/)
  assert.match(faultOf({ color_space: 'bt2020nc' }), /BT\.2020/)
  assert.match(faultOf({ width: 16_384 }), /larger than 4096/)
  assert.match(faultOf({ width: 8 }), /smaller than 16/)
  assert.match(faultOf({ codec_name: 'png' }), /coded as png/)
  assert.match(faultOf({ side_data_list: [{ rotation: 33 }] }), /turned by 33 degrees/)
  assert.match(faultOf({ field_order: 'bb', side_data_list: [{ rotation: 90 }] }), /interlaced and turned/)
  assert.match(faultOf({ width: 4_000, sample_aspect_ratio: '2:1' }), /8000 pixels wide/)
})
