import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { z } from 'zod'
import * as values from './values.ts'

const passes = (schema: z.ZodType, text: string, value: unknown = text): void => {
  const { success, data } = schema.safeParse(text)
  assert.ok(success, `${text} should pass`)
  assert.deepEqual(data, value)
}

const fails = (schema: z.ZodType, texts: readonly string[], fault: string): void => {
  for (const text of texts) {
    const { error } = schema.safeParse(text)
    assert.deepEqual(
      error?.issues.map(({ message }) => message),
      [fault],
      `${JSON.stringify(text)} should fail`,
    )
  }
}

test('a whole number has digits alone and keeps its bounds', () => {
  const port = values.wholeNumber(5, 60)
  for (const n of [5, 6, 59, 60]) passes(port, String(n), n)
  passes(port, '007', 7)
  fails(port, ['4', '61', '-6', '6.0', '0x10', '1e1', ' 6', 'six', '', '6 6', '0000000006'], 'is not a whole number from 5 to 60')
})

test('a decimal number has digits and at most one dot', () => {
  const hours = values.decimalNumber(0.5, 12)
  for (const text of ['0.5', '2.25', '12', '12.0']) passes(hours, text, Number(text))
  fails(
    hours,
    ['0.49', '12.01', '-1', '.5', '5.', '1,5', '1e1', 'NaN', 'Infinity', 'x1', '1x', '1.0000001', ''],
    'is not a number from 0.5 to 12',
  )
})

test('a word is one of the list, in any case', () => {
  const preset = values.oneOf('ultrafast', 'veryfast')
  passes(preset, 'VeryFast', 'veryfast')
  fails(preset, ['fast', '', 'ultrafast,veryfast'], 'is none of ultrafast, veryfast')
})

test('a flag takes the usual words', () => {
  for (const text of ['true', 'True', '1', 'yes', 'ON']) passes(values.flag, text, true)
  for (const text of ['false', 'False', '0', 'no', 'OFF']) passes(values.flag, text, false)
  fails(values.flag, ['2', 'maybe', ''], 'is neither true nor false')
})

test("a level is one of four words; the original's two more are taken for the nearest", () => {
  for (const text of ['DEBUG', 'INFO', 'WARN', 'ERROR']) passes(values.logLevel, text.toLowerCase(), text)
  passes(values.logLevel, 'warning', 'WARN')
  passes(values.logLevel, 'critical', 'ERROR')
  fails(values.logLevel, ['trace', 'errors', ''], 'is none of DEBUG, INFO, WARN, ERROR')
})

test('words for people stand on one line', () => {
  for (const text of ['Court 3', 'Платз 3 "Süd"', 'x'.repeat(60)]) passes(values.oneLine, text)
  fails(values.oneLine, ['', 'x'.repeat(61), 'a\nb', 'a\r\nBcc: x', 'a\u2028b', 'a\0', '\u202eb'], 'is not one line of 1 to 60 letters')
})

test('an identifier is safe in a path and in a URL', () => {
  for (const text of ['a', '7', 'court-3', 'A.b_c-9', '1'.repeat(64), 'f47ac10b-58cc-4372-a567-0e02b2c3d479'])
    passes(values.identifier, text)
  fails(
    values.identifier,
    ['', '.', '..', '-a', '_a', 'a/b', 'a b', 'ä', 'a%', 'a\n', '1'.repeat(65)],
    'is not 1 to 64 letters, digits, dots, dashes and underscores, beginning with a letter or digit',
  )
})

test('a credential is one printable word', () => {
  for (const text of ['12345678', '!~/+=abcd', 'x'.repeat(4096)]) passes(values.credential, text)
  fails(
    values.credential,
    ['1234567', 'two words', 'käse-käse', 'x'.repeat(4097), ' 12345678'],
    'is not 8 to 4096 characters without spaces',
  )
})

test('a frame size has even sides within bounds', () => {
  passes(values.frameSize, '1280x720', { width: 1280, height: 720 })
  passes(values.frameSize, '160x90', { width: 160, height: 90 })
  passes(values.frameSize, '3840x2160', { width: 3840, height: 2160 })
  fails(
    values.frameSize,
    [
      '1281x720',
      '1280x721',
      '158x90',
      '160x88',
      '3842x2160',
      '3840x2162',
      '1280',
      '1280x',
      'x720',
      '1280X720',
      '1280x720x2',
      'a1280x720',
      '1280x720p',
    ],
    'is not WIDTHxHEIGHT in even pixels from 160x90 to 3840x2160',
  )
})

test('a time zone is a name, not an offset', () => {
  for (const text of ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires']) passes(values.timeZone, text)
  fails(values.timeZone, ['+02:00', '', 'Berlin', 'Europe/Bärlin', 'Mars/Base'], 'is not a name of the IANA time zone database')
})

test('a camera source has a scheme that some version has a driver for', () => {
  for (const text of [
    'auto',
    'rpicam:/base/axi/pcie@1000120000/rp1/i2c@88000/imx477@1a',
    'v4l2:/dev/video0',
    'rtsp://user:pass@10.0.0.9/1',
    'file:a b.mp4?phase=1',
    'simulated:left',
  ])
    passes(values.cameraSource, text)
  fails(
    values.cameraSource,
    ['', 'Auto', 'auto:', 'auto:1', 'left', 'usb:0', 'file:', 'file', 'simulated: ', ':x', 'http://a', '/dev/video0'],
    'is neither auto nor a source such as rpicam:, v4l2:, rtsp:, file:, simulated:',
  )
})

test('a web address is http, without user, query and fragment; slashes at its end go', () => {
  passes(values.webAddress, 'https://films.example.org')
  passes(values.webAddress, 'http://10.0.0.9:8000/ezrec//', 'http://10.0.0.9:8000/ezrec')
  passes(values.webAddress, 'HTTPS://a.b', 'HTTPS://a.b')
  fails(
    values.webAddress,
    [
      'films.example.org',
      'ftp://a.b',
      'https://',
      'https://u:p@a.b',
      'https://a.b/?x',
      'https://a.b/#x',
      'https://a b',
      'https:a.b',
      'x https://a.b',
      'https://a\\b',
    ],
    'is not an http:// or https:// address without user, password, ? and #',
  )
})

test('a host is an address or a name', () => {
  for (const text of [
    '0.0.0.0',
    '::',
    '127.0.0.1',
    'localhost',
    'box-1.lan',
    'box1',
    '1box',
    'a'.repeat(63),
    Array.from({ length: 127 }, () => 'a').join('.'),
  ])
    passes(values.hostOrAddress, text)
  fails(
    values.hostOrAddress,
    [
      '',
      '1.2.3',
      '256.0.0.1',
      'a..b',
      '-a',
      'a b',
      'a/b',
      'a.',
      '.a',
      'a'.repeat(64),
      'a.'.repeat(127),
      Array.from({ length: 128 }, () => 'a').join('.'),
    ],
    'is neither an IP address nor a host name',
  )
})

test("a bucket's name keeps the rules of S3", () => {
  for (const text of ['abc', 'a.b-c9', 'a'.repeat(63)]) passes(values.bucketName, text)
  fails(
    values.bucketName,
    ['ab', 'Abc', '-abc', 'abc-', 'a..b', 'a_b', 'a'.repeat(64), ''],
    'is not a bucket name (3 to 63 lower-case letters, digits, dots and dashes)',
  )
})

test('a region is a short word', () => {
  for (const text of ['us-east-1', 'auto', 'a'.repeat(63)]) passes(values.regionName, text)
  fails(values.regionName, ['US', '-a', 'a b', 'a'.repeat(64), ''], 'is not a region name')
})

test('networks are addresses with or without a length', () => {
  passes(values.networkList, '127.0.0.1, 10.0.0.0/8 ,::1/128,', ['127.0.0.1', '10.0.0.0/8', '::1/128'])
  passes(values.networkList, '0.0.0.0/0,1.2.3.4/32', ['0.0.0.0/0', '1.2.3.4/32'])
  passes(values.networkList, '', [])
  fails(
    values.networkList,
    [
      '10.0.0.0/33',
      '::1/129',
      '10.0.0.0/',
      '10.0.0.0/-1',
      '10.0.0.0/1x',
      'x8',
      '10.0.0.0/8/8',
      'localhost',
      '10.0.0.0/8;10.0.0.1',
      '127.0.0.1,x',
    ],
    'is not a list of IP addresses and networks (address/bits) parted by commas',
  )
})

test('origins are what a browser would send', () => {
  passes(values.originList, 'https://a.example.org, http://localhost:3000', ['https://a.example.org', 'http://localhost:3000'])
  fails(
    values.originList,
    [
      'https://a.example.org/',
      'a.example.org',
      '*',
      'null',
      'ftp://a.b',
      'https://a.b:443',
      'xhttps://a.b',
      'https://A.b',
      'https:a.b',
      'https://',
    ],
    'is not a list of origins (https://host, no path) parted by commas',
  )
})

test('a mask takes nothing from the owner', () => {
  passes(values.fileMask, '0027', 0o027)
  passes(values.fileMask, '077', 0o077)
  passes(values.fileMask, '0000', 0)
  fails(values.fileMask, ['0100', '27', '0028', '8', '0o27', '', '00270', '10027'], 'is not an octal mask from 0000 to 0077')
})

test('a camera is turned by quarters', () => {
  for (const degrees of [0, 90, 180, 270]) passes(values.rotation, String(degrees), degrees)
  fails(values.rotation, ['', '45', '-90', '360', '90.0', '090', ' 90'], 'is none of 0, 90, 180 and 270')
})

test('a light is off, a LED by its name, or a GPIO line by its name or by chip and number', () => {
  passes(values.lightPlace, 'off', { kind: 'off' })
  passes(values.lightPlace, 'led:ACT', { kind: 'led', name: 'ACT' })
  passes(values.lightPlace, 'led:green:status-1', { kind: 'led', name: 'green:status-1' })
  passes(values.lightPlace, 'gpio:GPIO17', { kind: 'gpio', line: 'GPIO17' })
  passes(values.lightPlace, 'gpio:gpiochip4/17', { kind: 'gpio', chip: 'gpiochip4', line: '17' })
  fails(
    values.lightPlace,
    [
      '',
      'on',
      'led:',
      'led:..',
      'led:a/b',
      'gpio:',
      'gpio:17',
      'gpio:-l',
      'gpio:a/17',
      'gpio:gpiochip0/',
      'gpio:gpiochip0/GPIO17',
      'gpio:/17',
      'gpio:A=1',
    ],
    'is none of off, led:NAME, gpio:LINE and gpio:CHIP/NUMBER',
  )
})
