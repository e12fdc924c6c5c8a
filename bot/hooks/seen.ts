/**
 * Ids of deliveries that were taken, the last ones: what is delivered twice is looked at once. What is forgotten is looked at
 * again, and that is harmless.
 */
export interface Seen {
  has(id: string): boolean
  add(id: string): void
}

export function seenIds(most = 5000): Seen {
  const ids = new Set<string>()
  return {
    has: id => ids.has(id),
    add(id) {
      ids.add(id)
      if (ids.size > most) ids.delete(ids.values().next().value!)
    },
  }
}
