// What is drawn of a text that somebody else wrote: two lines at most, of letters that can be drawn. Whatever the bytes are, they are data.
// Pure. Never lets a control character, a mark or a sign of another script through.

import { drawnLetters } from '../../capture/pitch/lettering.ts'

const mostLines = 2
const longestLine = 40

/** Of what is drawn. */
export const longestScore = mostLines * longestLine + mostLines - 1

/** More bytes are no score. */
export const largestScoreBytes = 4_096

/** The lines to draw, parted by `\n`; empty when there is nothing to draw. */
export function scoreOf(bytes: Buffer): string {
  return new TextDecoder()
    .decode(bytes.subarray(0, largestScoreBytes))
    .split(/\r\n|[\n\r]/)
    .map(lineOf)
    .filter((line) => line !== '')
    .slice(0, mostLines)
    .join('\n')
}

/** Letters and signs of it that nobody can draw, each once; empty when all of it is drawn. Accents and control characters are not meant to be. */
export function undrawnIn(bytes: Buffer): string {
  const letters = capitalsOf(new TextDecoder().decode(bytes.subarray(0, largestScoreBytes))).matchAll(/[^\s\p{Cc}\p{Cf}]/gsu)
  const undrawn = new Set(Array.from(letters, ([letter]) => letter).filter((letter) => !drawnLetters.has(letter)))
  return [...undrawn].slice(0, longestLine).join('')
}

/** What cannot be drawn is a space. */
function lineOf(text: string): string {
  return capitalsOf(text)
    .replaceAll(/./gsu, (letter) => (drawnLetters.has(letter) ? letter : ' '))
    .replaceAll(/ +/g, ' ')
    .trim()
    .slice(0, longestLine)
    .trim()
}

/** An accent is left out, small letters are drawn as capitals. */
function capitalsOf(text: string): string {
  const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '')
  return plain.replaceAll(/./gsu, (letter) => others[letter] ?? letter).toUpperCase()
}

const dashes = { '\u2010': '-', '\u2011': '-', '\u2012': '-', '\u2013': '-', '\u2014': '-', '\u2212': '-' }
const marks = { '\u2018': "'", '\u2019': "'", '\u00b4': "'", '`': "'", '\u2044': '/', '\u2215': '/' }

/** Letters and strokes that have no accent to leave out. */
const others: Readonly<Record<string, string>> = {
  ...{ Æ: 'AE', æ: 'AE', Ø: 'O', ø: 'O', Œ: 'OE', œ: 'OE', Ł: 'L', ł: 'L', Đ: 'D', đ: 'D', Þ: 'TH', þ: 'TH', ı: 'I' },
  ...dashes,
  ...marks,
}
