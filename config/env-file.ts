// The text of a .env file as variables, read as systemd reads an EnvironmentFile: what works here works in a unit.
// Never expands `$NAME`, and knows no comment behind a value.

import type { Fault } from './fault.ts'

export type EnvFile = { readonly values: Readonly<Record<string, string>>; readonly faults: readonly Fault[] }

/** Reads `KEY=value` lines; of two with the same key the last holds. Lines that say nothing become faults.
 *  Source: systemd.exec(5), EnvironmentFile=; quoting as in parse_env_file of systemd 252. */
export function parseEnvFile(text: string): EnvFile {
  const values = new Map<string, string>()
  const faults: Fault[] = []
  const lineOf = (at: number): number => text.slice(0, at).split('\n').length
  let at = text.startsWith('\uFEFF') ? 1 : 0
  while (at < text.length) {
    const start = at
    const end = endOfLine(text, at)
    const line = text.slice(at, end)
    const equals = line.indexOf('=')
    const key = line.slice(0, Math.max(equals, 0)).trim()
    if (/^\s*([#;].*)?$/.test(line)) at = end + 1
    else if (!/^[A-Za-z_]\w*$/.test(key)) {
      faults.push({ name: `.env line ${lineOf(start)}`, fault: 'is neither NAME=value nor a comment', example: 'RECORDING_FPS=25' })
      at = end + 1
    } else {
      const read = readValue(text, start + equals + 1)
      if (read.open) {
        faults.push({ name: `.env line ${lineOf(start)}`, fault: 'opens a quote that is never closed', example: `${key}="two words"` })
        at = end + 1 // go on with the next line, so that one quote does not hide all other faults
      } else {
        values.set(key, read.value)
        at = read.next
      }
    }
  }
  return { values: Object.fromEntries(values), faults }
}

type ReadValue = { readonly value: string; readonly next: number; readonly open: boolean }

/** One value from `from` to the end of its line: bare, 'quoted' (as it is) or "quoted" (backslash before " \ ` $ and line end). */
function readValue(text: string, from: number): ReadValue {
  let value = ''
  let kept = 0 // how much of `value` is not trailing white space of a bare word
  let bare = false
  let at = from
  while (at < text.length && !isLineEnd(text.charAt(at))) {
    const char = text.charAt(at)
    if (!bare && (char === "'" || char === '"')) {
      const quoted = readQuoted(text, at + 1, char)
      if (quoted.open) return quoted
      value += quoted.value
      kept = value.length
      at = quoted.next
    } else if (char === '\\') {
      const next = text.charAt(at + 1)
      if (!isLineEnd(next)) value += next
      kept = value.length
      bare = true
      at += 2
    } else {
      const white = /\s/.test(char)
      if (bare || !white) value += char
      if (!white) [bare, kept] = [true, value.length]
      at += 1
    }
  }
  return { value: value.slice(0, kept), next: at + 1, open: false }
}

function readQuoted(text: string, from: number, quote: string): ReadValue {
  let value = ''
  let at = from
  while (at < text.length) {
    const char = text.charAt(at)
    if (char === quote) return { value, next: at + 1, open: false }
    if (quote === '"' && char === '\\') {
      const next = text.charAt(at + 1)
      if ('"\\`$'.includes(next)) value += next
      else if (next !== '\n') value += `\\${next}`
      at += 2
    } else {
      value += char
      at += 1
    }
  }
  return { value, next: at, open: true }
}

function endOfLine(text: string, from: number): number {
  const length = text.slice(from).search(/[\n\r]/)
  return length < 0 ? text.length : from + length
}

const isLineEnd = (char: string): boolean => char === '\n' || char === '\r'
