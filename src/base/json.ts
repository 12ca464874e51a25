// Text that may be JSON.
// Judges nothing of it: a schema does.

/** `undefined` when it is none: what was cut short, torn or foreign has no form that a schema would take. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
