// Where films go: a store takes a body in order while the match is on, and the header last.
// What it says is durable is durable: after a crash the body goes on from there.

export type Deposit = {
  /** Bytes of the body that are really there: what was asked for, or 0 when the store has lost some of it. */
  readonly bodyBytes: number
  /** Adds to the end of the body; durable when it resolves. */
  append(bytes: Buffer): Promise<void>
  /** Puts the header in front and makes the object visible as a whole. Resolves when the store has confirmed what it holds. */
  finish(header: Buffer): Promise<Finished>
  /** What has begun on this box ends before, what waits for a network does not. */
  close(): Promise<void>
}

export type Finished = {
  readonly bytes: number
  /** Where it is for people, when that is not under the key that was asked for. */
  readonly objectKey?: string
}

export type DepositOptions = {
  readonly headerBytes: number
  readonly bodyBytes: number
  /** How long the object may yet become, as far as is known. */
  readonly longestBytes?: number
  /** A store that waits for its network lets go when it aborts. */
  readonly signal?: AbortSignal
}

export type FilmStore = {
  /** Begins or resumes an object: what lies beyond `bodyBytes` of its body is thrown away. */
  deposit(key: string, options: DepositOptions): Promise<Deposit>
  /** Throws away an object, and what was begun of it. The caller's rows are gone before. */
  discard(key: string): Promise<void>
  /** Sends a film that lies whole in a file of this box to where films go beyond it, as an upload of its own; resolves when that has proven that it holds
   *  it, at once where there is no such place. May be asked again after any end. */
  sendWhole(uploadKey: string, film: { readonly file: string; readonly bytes: number }, signal: AbortSignal): Promise<void>
  /** A small object (a poster), written whole. */
  put(key: string, bytes: Buffer): Promise<void>
  /** Whether the object is there as a whole, and how large. */
  find(key: string): Promise<{ readonly bytes: number } | undefined>
  /** Where a key's file is on this box. */
  pathOf(key: string): string
  /** Clears away what was begun elsewhere and is wanted no more, until the signal aborts. */
  tidy(signal: AbortSignal): Promise<void>
}
