import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { drawnLetters } from '../../capture/pitch/lettering.ts'
import { longestScore, scoreOf, undrawnIn } from './score-text.ts'

const of = (text: string): string => scoreOf(Buffer.from(text))

test('a score is drawn in capitals, two lines of it, without what nobody could draw', () => {
  assert.equal(of('Lions 2 : 1 Bears\n'), 'LIONS 2 : 1 BEARS')
  assert.equal(of('\uFEFF  Málaga   -  Bergisch Gladbach \r\n\r\n 12:34 \r\nnever seen'), 'MALAGA - BERGISCH GLADBACH\n12:34')
  assert.equal(of('Weiß\u2013Blau Łódź Ærø d\u2019Or'), "WEISS-BLAU LODZ AERO D'OR")
  assert.equal(of('a'.repeat(90)), 'A'.repeat(40))
  assert.equal(of('\u4e16\u754c 3:0 \u{1f3be}'), '3:0')
  for (const nothing of ['', ' \n \n', '\u0000\u0007\u001b[31m'.slice(0, 2), '\u4e16\u754c']) assert.equal(of(nothing), '')
})

test('what nobody can draw is named, each letter once; accents, blanks and control characters are not', () => {
  const undrawn = (text: string): string => undrawnIn(Buffer.from(text))
  assert.equal(undrawn('\u05de\u05db\u05d1\u05d9 1:0'), '\u05de\u05db\u05d1\u05d9')
  assert.equal(undrawn('\u0391\u03b1\u0395\u039a 2:1 \u{1f3be}\n\u0391'), '\u0391\u0395\u039a\u{1f3be}')
  assert.equal(undrawn('\uFEFFM\u00e1laga \u2013 Wei\u00df\t2:1\r\n\u0007'), '')
  assert.equal(undrawnIn(Buffer.from([0x32, 0xe1, 0x33])), '\uFFFD', 'what is no UTF-8')
  assert.ok(undrawn(String.fromCodePoint(...Array.from({ length: 500 }, (_, n) => 0x4e00 + n))).length <= 40)
})

test('what looks like a command for somebody else is a text like any other', () => {
  assert.equal(of("%{pts\\:hms}:textfile='/etc/passwd',drawbox"), "PTS :HMS :TEXTFILE '/ETC/PASSWD',DRAWBOX".slice(0, 40).trim())
})

test('whatever the bytes are, only letters that can be drawn come out, in lines that fit', () => {
  const text = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: 'binary', maxLength: 200 }).map((each) => Buffer.from(each)),
  )
  fc.assert(
    fc.property(text, (bytes) => {
      const drawn = scoreOf(Buffer.from(bytes))
      assert.ok(drawn.length <= longestScore)
      const lines = drawn === '' ? [] : drawn.split('\n')
      assert.ok(lines.length <= 2 && lines.every((line) => line.length <= 40 && line === line.trim() && line !== ''))
      for (const letter of lines.join('')) assert.ok(drawnLetters.has(letter), JSON.stringify(letter))
      assert.equal(of(drawn), drawn, 'what is drawn is drawn the same once more')
    }),
  )
})
