// Reads a systemd unit as far as the house rules ask: the last value of a key, whatever its section.
// Never judges; systemd-analyze does.

/** The value of a key; throws for one that the unit does not set. */
export function readUnit(text: string): (key: string) => string {
  const lines = text.split('\n').filter((line) => /^[A-Za-z]+=/.test(line))
  const values = new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
  return (key) => {
    const value = values.get(key)
    if (value === undefined) throw new Error(`the unit does not set ${key}`)
    return value
  }
}
