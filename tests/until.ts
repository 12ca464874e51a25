// Waiting for a fact of another process, without saying how fast it must come.
// Never asserts a time: the limit only keeps a broken test from hanging.

import assert from 'node:assert/strict'

/** Resolves once it holds; fails with what was awaited after `limitMs`. */
export async function until(holds: () => boolean, what: string, limitMs = 20_000): Promise<void> {
  for (const endMs = performance.now() + limitMs; !holds(); await new Promise((resolve) => setTimeout(resolve, 20)))
    assert.ok(performance.now() < endMs, `not within ${limitMs} ms: ${what}`)
}
