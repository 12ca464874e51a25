import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EzrecError } from '../../base/errors.ts'
import { parseSourceSpec } from './source-spec.ts'

const perfect = { phaseMs: 0, latencyMs: 0, driftPpm: 0, firstPtsTicks: 90_000, faults: {} }

/** The refusal's message and hint, as the operator reads them. */
function refusal(spec: string): string {
  try {
    parseSourceSpec(spec, 'left', '/home')
  } catch (error) {
    if (error instanceof EzrecError && error.code === 'invalid') return `${error.message} | ${error.hint}`
    throw error
  }
  return assert.fail(`${spec} was accepted`)
}

test('a simulated camera without switches is perfect', () => {
  assert.deepEqual(parseSourceSpec('simulated:left', 'left', '/'), {
    kind: 'simulated',
    rig: 'planar',
    view: 'left',
    encode: 'camera',
    switches: perfect,
  })
})

test('every switch reaches its setting', () => {
  const spec = 'simulated:right?phase=137&latency=80&drift=-5000&pts=8589844592&freeze=5-8&blacken=1.5-2&drop=6-7&die=60&hang=0'
  assert.deepEqual(parseSourceSpec(spec, 'left', '/'), {
    kind: 'simulated',
    rig: 'planar',
    encode: 'camera',
    view: 'right',
    switches: {
      phaseMs: 137,
      latencyMs: 80,
      driftPpm: -5000,
      firstPtsTicks: 8_589_844_592,
      faults: {
        freeze: { fromSeconds: 5, toSeconds: 8 },
        blacken: { fromSeconds: 1.5, toSeconds: 2 },
        drop: { fromSeconds: 6, toSeconds: 7 },
        dieSeconds: 60,
        hangSeconds: 0,
      },
    },
  })
})

test('a simulated camera may belong to another rig; a film belongs to none', () => {
  for (const rig of ['planar', 'real', 'opposite'])
    assert.deepEqual(parseSourceSpec(`simulated:right?rig=${rig}&phase=0`, 'left', '/'), {
      kind: 'simulated',
      rig,
      view: 'right',
      encode: 'camera',
      switches: perfect,
    })
  const encoded = parseSourceSpec('simulated:left?encode=box', 'left', '/')
  assert.ok(encoded.kind === 'simulated' && encoded.encode === 'box')
  assert.ok(refusal('simulated:left?encode=me').includes('encode=me is nobody who encodes; there are camera, box'))
  assert.ok(refusal('simulated:left?rig=flat&die=x').includes('rig=flat is no simulated rig; there are planar, real, opposite'))
  assert.ok(refusal('file:/films/a.mp4?rig=real').includes('no switch "rig"'))
})

test('all faults of a setting are told together, each with its unit and an example', () => {
  const told = refusal('simulated:left?phase=x&drift=30000&freeze=8-5&speed=2&pts=1.5&die=1&die=2')
  for (const part of [
    'phase=x is no number of milliseconds from 0 to 60000, for example phase=137',
    'drift=30000 is no number of parts per million',
    'freeze=8-5 is no span of seconds since the camera',
    'there is no switch "speed"; there are phase, latency',
    'pts=1.5 is no whole number of 90 kHz ticks',
    'die is given twice',
  ])
    assert.ok(told.includes(part), `${part} in ${told}`)
})

test('a film path may hold blanks, percent signs, question marks, leading dashes and foreign letters', () => {
  for (const name of ['a b.mp4', '100%20.mp4', 'what?.mp4', 'a?b&c.mp4', '-i.mp4', 'Fußball – 赛.mkv', 'x:y.mp4'])
    assert.deepEqual(parseSourceSpec(`file:/films/${name}`, 'left', '/'), { kind: 'film', file: `/films/${name}`, switches: perfect })
})

test('a path that ends like switches is closed with a question mark', () => {
  assert.ok(refusal('file:/films/a?b=c.mp4').includes('no switch "b"'))
  assert.deepEqual(parseSourceSpec('file:/films/a?b=c.mp4?', 'left', '/'), { kind: 'film', file: '/films/a?b=c.mp4', switches: perfect })
})

test('a relative film is looked for in the folder that was handed in', () => {
  const parsed = parseSourceSpec('file:films/a.mp4?phase=40', 'left', '/home/box')
  assert.ok(parsed.kind === 'film' && parsed.file === '/home/box/films/a.mp4' && parsed.switches.phaseMs === 40)
})

test('a CSI camera is named by its place, and how it hangs stands behind it', () => {
  const place = '/base/axi/pcie@1000120000/rp1/i2c@88000/imx708@1a'
  assert.deepEqual(parseSourceSpec(`rpicam:${place}`, 'left', '/'), {
    kind: 'rpicam',
    path: place,
    switches: { rotation: 0, lensDioptres: 0, mode: undefined },
  })
  assert.deepEqual(parseSourceSpec(`rpicam:${place}?rotation=180&lens=0.25&mode=2304x1296x10`, 'left', '/'), {
    kind: 'rpicam',
    path: place,
    switches: { rotation: 180, lensDioptres: 0.25, mode: { width: 2304, height: 1296, bitDepth: 10 } },
  })
  assert.match(refusal('rpicam:0'), /not known by its number.*cameras list/s)
  assert.match(refusal('rpicam:imx708'), /no place of a sensor/)
  assert.match(refusal(`rpicam:${place}?rotation=90`), /rotation=90: a sensor turns its picture by 0 or 180 only/)
  const told = refusal(`rpicam:${place}?rotation=7&lens=far&mode=big&zoom=2&lens=1`)
  for (const part of [
    'rotation=7 is neither 0 nor 180',
    'lens=far is no number of dioptres',
    'mode=big is no WIDTHxHEIGHT',
    'no switch "zoom"',
    'lens is given twice',
  ])
    assert.ok(told.includes(part), `${part} in ${told}`)
})

test('a USB camera is named by its device below /dev', () => {
  const device = '/dev/v4l/by-path/platform-xhci-hcd.0-usb-0:1:1.0-video-index0'
  assert.deepEqual(parseSourceSpec(`v4l2:${device}`, 'left', '/'), { kind: 'v4l2', device, switches: { pixels: undefined } })
  assert.deepEqual(parseSourceSpec(`v4l2:${device}?format=mjpeg`, 'left', '/'), { kind: 'v4l2', device, switches: { pixels: 'mjpeg' } })
  assert.match(refusal(`v4l2:${device}?format=avi`), /format=avi is none of h264, mjpeg, raw/)
  for (const bad of ['v4l2:', 'v4l2:/etc/passwd', 'v4l2:/dev/../etc/passwd', 'v4l2:-i', 'v4l2:/dev/video0 -f lavfi'])
    assert.match(refusal(bad), /names no device/)
})

test('a network camera is its address, with what follows the question mark', () => {
  const address = 'rtsp://club:p%40ss@10.0.0.9:8554/stream?channel=1&subtype=0'
  assert.deepEqual(parseSourceSpec(` ${address} `, 'left', '/'), { kind: 'rtsp', address })
  for (const bad of ['rtsp:', 'rtsp://', 'rtsp:/10.0.0.9', 'rtsp://10.0.0.9/a b', 'rtsp://10.0.0.9:99999/', 'rtsp://10.0.0.9/a\nb'])
    refusal(bad)
})

test('no refusal repeats the password of an address, however wrong it is written', () => {
  for (const spec of [
    'rtsp://club:hun/ter2@10.0.0.9/1',
    'rtsp://club:hun#ter2@10.0.0.9/',
    'rtsp:/club:hunter2@10.0.0.9/ 1',
    'rtsp://club:hun ter2@[/1',
  ])
    assert.doesNotMatch(refusal(spec), /hun|ter2/, spec)
})

test('auto is left to what is connected; other words are refused with what to write instead', () => {
  assert.deepEqual(parseSourceSpec('auto', 'left', '/'), { kind: 'auto' })
  assert.match(refusal('simulated:middle'), /no view "middle"/)
  assert.match(refusal('file:'), /names no film/)
  assert.match(refusal(''), /no known kind of source.*CAMERA_LEFT=simulated:left/s)
})

test('no text is anything but accepted or refused with a hint', () => {
  const any = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .tuple(
        fc.constantFrom('simulated:left?', 'file:/a?', 'simulated:', 'file:', 'rpicam:/base/a?', 'v4l2:/dev/video0?', 'rtsp://a:b@c/'),
        fc.string(),
      )
      .map((parts) => parts.join('')),
    fc.tuple(fc.constantFrom('phase', 'drift', 'freeze', 'pts'), fc.string()).map(([name, value]) => `simulated:left?${name}=${value}`),
  )
  fc.assert(
    fc.property(any, (spec) => {
      try {
        const parsed = parseSourceSpec(spec, 'right', '/')
        if (parsed.kind === 'rpicam') assert.ok(parsed.path.startsWith('/') && parsed.switches.lensDioptres <= 32)
        if (parsed.kind === 'v4l2') assert.ok(parsed.device.startsWith('/dev/'))
        if (parsed.kind === 'rtsp') assert.ok(URL.canParse(parsed.address) && !/\s/.test(parsed.address))
        if (parsed.kind !== 'simulated' && parsed.kind !== 'film') return
        const { switches } = parsed
        assert.ok(switches.phaseMs >= 0 && Math.abs(switches.driftPpm) <= 10_000 && Number.isSafeInteger(switches.firstPtsTicks))
      } catch (error) {
        assert.ok(error instanceof EzrecError && error.code === 'invalid' && error.hint !== '' && error.message.length < 3000)
      }
    }),
    { numRuns: 2000 },
  )
})
