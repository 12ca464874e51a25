import assert from 'node:assert/strict'
import { test } from 'node:test'
import { soundCauseOf } from './sound-cause.ts'

test('what a microphone says last has its cause and a mend', () => {
  for (const [words, code] of [
    ['[alsa @ 0x55] cannot open audio device plughw:CARD=Device,DEV=0 (Device or resource busy)', 'microphone-busy'],
    ['[alsa @ 0x55] cannot open audio device plughw:CARD=Device,DEV=0 (Permission denied)', 'microphone-permission'],
    [
      "ALSA lib confmisc.c:855:(parse_card) cannot find card 'Device'\n[alsa @ 0x55] cannot open audio device plughw:CARD=Device,DEV=0 (No such file or directory)",
      'microphone-absent',
    ],
    ['[alsa @ 0x55] cannot open audio device plughw:CARD=Device,DEV=0 (No such device)', 'microphone-absent'],
    ['[alsa @ 0x55] ALSA buffer xrun.\n[alsa @ 0x55] ALSA read error: No such device', 'microphone-gone'],
    ['[alsa @ 0x55] cannot set channel count to 1 (Invalid argument)', 'sound-format-refused'],
    ['[alsa @ 0x55] cannot set sample rate to 48000 (Invalid argument)', 'sound-format-refused'],
    ["Stream map '0:a:0' matches no streams.\nTo ignore this, add a trailing '?' to the map.", 'sound-missing'],
    ["Unknown input format: 'alsa'", 'alsa-missing'],
    ['method DESCRIBE failed: 401 Unauthorized', 'login-refused'],
    ['Connection to tcp://10.0.0.9:554 failed: Connection refused', 'network-unreachable'],
    ['something new', 'unknown'],
  ] as const) {
    const cause = soundCauseOf(words)
    assert.equal(cause.code, code, words)
    assert.ok(cause.mend.length > 10)
  }
  assert.match(soundCauseOf('something new').fault, /something new/)
})
