import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { foreignCodec, rtspArguments, rtspScript, rtspSoundArguments, withoutAddress } from './rtsp.ts'

const address = 'rtsp://club:p%40ss1@10.0.0.9:8554/main'

test('ffmpeg is told the address over its standard input, by TCP, with a time-out and without sound', () => {
  assert.equal(
    rtspScript(address),
    `ffconcat version 1.0\nfile '${address}'\noption rtsp_transport tcp\noption timeout 5000000\noption allowed_media_types video\noption fpsprobesize 0\n`,
  )
  assert.equal(
    rtspArguments.join(' '),
    '-hide_banner -nostdin -nostats -loglevel info -protocol_whitelist pipe,tcp,rtp,udp,tls,rtsp -f concat -safe 0 -i pipe:0 ' +
      '-map 0:v:0 -c:v copy -bsf:v dump_extra=freq=keyframe ' +
      '-f mpegts -mpegts_flags pat_pmt_at_frames -muxdelay 0 -muxpreload 0 -flush_packets 1 pipe:1',
  )
})

test('for the sound of a network camera it is asked for the sound alone', () => {
  assert.equal(
    rtspScript(address, 'audio'),
    `ffconcat version 1.0\nfile '${address}'\noption rtsp_transport tcp\noption timeout 5000000\noption allowed_media_types audio\n`,
  )
  assert.equal(
    rtspSoundArguments.join(' '),
    '-hide_banner -nostdin -nostats -loglevel info -protocol_whitelist pipe,tcp,rtp,udp,tls,rtsp -f concat -safe 0 -i pipe:0 ' +
      '-map 0:a:0 -af aresample=48000,aformat=channel_layouts=mono,asetpts=N/SR/TB -c:a aac -profile:a aac_low -b:a 96k ' +
      '-f mpegts -pes_payload_size 0 -muxdelay 0 -muxpreload 0 -flush_packets 1 pipe:1',
  )
})

test('an address cannot leave its quotes', () => {
  const script = rtspScript("rtsp://camera/a'\noption x")
  assert.ok(script.includes(String.raw`file 'rtsp://camera/a'\''`))
})

test('no line of ffmpeg keeps the address, the password or the user', () => {
  for (const line of [
    `[concat @ 0x1] Impossible to open '${address}'`,
    'Connection to tcp://club:p%40ss1@10.0.0.9:8554 failed',
    'Authorization: Digest username="club", password p@ss1',
  ])
    assert.doesNotMatch(withoutAddress(line, address), /ss1|club/)
  assert.equal(withoutAddress('[rtsp @ 0x1] 404 Not Found', address), '[rtsp @ 0x1] 404 Not Found')
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9]{4,20}$/), fc.string(), (password, noise) => {
      const secret = `Q9${password}`
      assert.ok(!withoutAddress(`x ${secret} y rtsp://u:${secret}@h/ ${noise}`, `rtsp://u:${secret}@h/`).includes(secret))
    }),
  )
})

test('a stream that is not H.264 is known by what ffmpeg says of it', () => {
  assert.equal(foreignCodec('  Stream #0:0: Video: hevc (Main), yuv420p(tv), 1920x1080, 25 fps'), 'hevc')
  assert.equal(foreignCodec('  Stream #0:0(eng): Video: h264 (High), yuv420p, 1920x1080'), undefined)
  assert.equal(foreignCodec('frame= 10'), undefined)
})
