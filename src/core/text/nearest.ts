/** What to do about a name that is not there, where one of the known ones is near: the only words for that. */
export function didYouMean(name: string, known: readonly string[]): string | undefined {
  const meant = nearest(name, known)
  return meant === undefined ? undefined : `did you mean \`${meant}\`?`
}

/**
 * The known name a mistyped one was probably meant to be: at most a third of its letters may differ. Else the only one that it is
 * a part of.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase()
  let best: { name: string; distance: number } | undefined
  for (const candidate of known) {
    const distance = editDistance(wanted, candidate.toLowerCase())
    if (distance <= Math.max(1, Math.floor(wanted.length / 3)) && (!best || distance < best.distance))
      best = { name: candidate, distance }
  }
  if (best || wanted.length < LEAST_PART) return best?.name
  const longer = known.filter(candidate => candidate.toLowerCase().includes(wanted))
  return longer.length === 1 ? longer[0] : undefined
}

// --- internal ---

const LEAST_PART = 4

/** Damerau–Levenshtein (optimal string alignment): a swap of neighbours, the commonest typo, counts one. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 8 || a.length > 128) return Number.POSITIVE_INFINITY
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let cost = Math.min(
        previous[column]! + 1,
        current[column - 1]! + 1,
        previous[column - 1]! + (same ? 0 : 1),
      )
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        cost = Math.min(cost, beforePrevious[column - 2]! + 1)
      current.push(cost)
    }
    beforePrevious = previous
    previous = current
  }
  return previous[b.length]!
}
