// What is known of each of many names, in bounded memory: one name too many pushes out the one that was asked for longest ago.
// Never kept beyond this process.

export type Newest<T> = {
  /** What is known of a name; made if there is nothing yet. */
  of(name: string): T
  find(name: string): T | undefined
}

export function openNewest<T>(make: () => T, most = 10_000): Newest<T> {
  const known = new Map<string, T>()
  return {
    of: (name) => {
      const found = known.get(name) ?? make()
      known.delete(name)
      known.set(name, found)
      const [oldest] = known.keys()
      if (known.size > most && oldest !== undefined) known.delete(oldest)
      return found
    },
    find: (name) => known.get(name),
  }
}
