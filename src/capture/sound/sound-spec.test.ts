import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EzrecError } from '../../base/errors.ts'
import { parseSoundSpec } from './sound-spec.ts'

/** The refusal's message and hint, as the operator reads them. */
function refusal(setting: string): string {
  try {
    parseSoundSpec(setting, '/home')
  } catch (error) {
    if (error instanceof EzrecError && error.code === 'invalid') return `${error.message} | ${error.hint}`
    throw error
  }
  return assert.fail(`${setting} was accepted`)
}

test('each kind of sound is read as it is written', () => {
  assert.deepEqual(parseSoundSpec(' off ', '/'), { kind: 'off' })
  assert.deepEqual(parseSoundSpec('simulated', '/'), { kind: 'simulated' })
  assert.deepEqual(parseSoundSpec('file:films/a b?.mp4', '/home'), { kind: 'file', file: '/home/films/a b?.mp4' })
  assert.deepEqual(parseSoundSpec('rtsp://u:p%40@10.0.0.9/main', '/'), { kind: 'rtsp', address: 'rtsp://u:p%40@10.0.0.9/main' })
})

test('an ALSA device is known by its name, and opened through conversion', () => {
  const device = (name: string): unknown => parseSoundSpec(`alsa:${name}`, '/')
  for (const name of ['default', 'plughw:CARD=Device,DEV=0', 'sysdefault:CARD=U0x46d0x825', 'dsnoop:CARD=Device,DEV=0'])
    assert.deepEqual(device(name), { kind: 'alsa', device: name })
  assert.deepEqual(device('hw:CARD=Device,DEV=0'), { kind: 'alsa', device: 'plughw:CARD=Device,DEV=0' })
})

test('a device that is known by its number alone is refused: it may be another one after a restart', () => {
  for (const name of ['hw:1,0', 'plughw:0', 'hw:CARD=1,DEV=0', 'sysdefault:CARD=2'])
    assert.match(refusal(`alsa:${name}`), /not known by its number.*arecord -L/s, name)
})

test('what is no source of sound is refused with the mend, and nothing in it becomes an option', () => {
  assert.match(refusal('on'), /no known kind of sound.*off, alsa:/s)
  assert.match(refusal('simulated:left'), /no known kind/)
  assert.match(refusal('file:'), /no file/)
  for (const name of ['', '-f', 'a b', '/dev/snd/pcmC0D0c', '../x', 'default -i x'])
    assert.match(refusal(`alsa:${name}`), /names no ALSA device/, name)
  assert.match(refusal('rtsp://'), /no address/)
})

test('no refusal repeats a password', () => {
  assert.doesNotMatch(refusal('rtsp://club:S3cret@cam/main#x'), /S3cret/)
})

test('any text is either a source or refused', () => {
  const scheme = fc.constantFrom('', 'alsa:', 'rtsp://', 'file:', 'off', 'simulated')
  fc.assert(
    fc.property(scheme, fc.string({ unit: 'binary', maxLength: 60 }), (head, rest) => {
      try {
        const spec = parseSoundSpec(head + rest, '/home')
        if (spec.kind === 'alsa') assert.match(spec.device, /^[A-Za-z]/)
      } catch (error) {
        assert.ok(error instanceof EzrecError && error.code === 'invalid' && error.hint !== '', String(error))
      }
    }),
    { numRuns: 2_000 },
  )
})
