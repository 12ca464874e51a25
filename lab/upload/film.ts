// The film of an experiment: bytes that look like noise and follow from a seed, in pieces as chunks would come.
// Pure.

import { createHash } from 'node:crypto'

export const headerBytes = 4_096
const mebibyte = 1_048_576

export const headerOf = (seed: string): Buffer => Buffer.alloc(headerBytes, createHash('sha512').update(`${seed} header`).digest())

/** Piece `n` of the body; each a little longer than a mebibyte. */
export const pieceOf = (seed: string, n: number): Buffer =>
  Buffer.alloc(mebibyte + 17 * n, createHash('sha512').update(`${seed} ${n}`).digest())

export const filmOf = (seed: string, pieces: number): Buffer =>
  Buffer.concat([headerOf(seed), ...Array.from({ length: pieces }, (_, n) => pieceOf(seed, n))])
