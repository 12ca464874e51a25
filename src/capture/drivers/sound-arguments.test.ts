import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runChild } from '../../base/process.ts'
import { alsaArguments, fileSoundArguments, rawSoundArguments, soundForm } from './sound-arguments.ts'

const output =
  '-map 0:a:0 -af aresample=48000,aformat=channel_layouts=mono,asetpts=N/SR/TB -c:a aac -profile:a aac_low -b:a 96k ' +
  '-f mpegts -pes_payload_size 0 -muxdelay 0 -muxpreload 0 -flush_packets 1 pipe:1'

test('whatever sound comes from, ffmpeg is asked for the one form of it', () => {
  assert.equal(
    alsaArguments('plughw:CARD=Device,DEV=0').join(' '),
    `-hide_banner -nostdin -loglevel warning -f alsa -sample_rate 48000 -channels 1 -i plughw:CARD=Device,DEV=0 ${output}`,
  )
  assert.equal(
    fileSoundArguments('/films/a.mp4').join(' '),
    `-hide_banner -nostdin -loglevel warning -protocol_whitelist file,pipe -re -stream_loop -1 -vn -sn -dn -i file:/films/a.mp4 ${output}`,
  )
  assert.equal(
    rawSoundArguments.join(' '),
    `-hide_banner -nostdin -loglevel warning -probesize 32 -analyzeduration 0 -f s16le -ar 48000 -ac 1 -protocol_whitelist pipe -i pipe:0 ${output}`,
  )
})

test('what ffmpeg makes of it has one access unit a packet, evenly stamped, of the form that is promised', async () => {
  const { stdout } = await runChild('ffmpeg', rawSoundArguments, { input: Buffer.alloc(96_000 * 2) })
  const probe = await runChild(
    'ffprobe',
    [
      '-v',
      'error',
      '-show_entries',
      'packet=pts:stream=codec_name,profile,sample_rate,channels',
      '-of',
      'csv=p=0',
      '-f',
      'mpegts',
      'pipe:0',
    ],
    { input: stdout },
  )
  const lines = probe.stdout
    .toString()
    .trim()
    .split('\n')
    .filter((line) => line !== '')
  assert.ok(lines.includes(`aac,LC,${soundForm.sampleRate},${soundForm.channels}`), lines.join(' '))
  const stamps = lines.flatMap((line) => (/^\d+/.test(line) ? [Number.parseInt(line, 10)] : []))
  const tick = (soundForm.unitSamples * 90_000) / soundForm.sampleRate
  assert.ok(stamps.length >= 94, `${stamps.length} packets`)
  assert.deepEqual([...new Set(stamps.slice(1).map((stamp, n) => stamp - (stamps[n] ?? 0)))], [tick])
})
