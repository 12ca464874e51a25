// What an attack over a bare connection is, and the words that requests are written with.
// Pure: bytes and pauses.

import { Buffer } from 'node:buffer'
import type { Step } from './raw-socket.ts'

export type Attack = {
  readonly name: string
  readonly steps: readonly Step[]
  readonly least: number
  readonly most: number
  readonly heads?: readonly number[]
  /** The only statuses that may come, where they are known. */
  readonly statuses?: readonly number[]
  readonly untilClosed?: boolean
}

export type Random = () => number

export const crlf = '\r\n'
export const latin = (text: string): Buffer => Buffer.from(text, 'latin1')
export const whole = (random: Random, n: number): number => Math.floor(random() * n)
export const oneOf = <T>(random: Random, first: T, ...rest: readonly T[]): T => [first, ...rest][whole(random, rest.length + 1)] ?? first

export const get = (target: string, ...lines: readonly string[]): string =>
  [`GET ${target} HTTP/1.1`, 'Host: 127.0.0.1', ...lines, '', ''].join(crlf)
export const post = (target: string, body: string, ...lines: readonly string[]): string =>
  [`POST ${target} HTTP/1.1`, 'Host: 127.0.0.1', 'Content-Type: application/json', ...lines, '', body].join(crlf)

/** `turn` counts how often it came before. */
export type Kind = (random: Random, key: string, turn: number) => Attack
