/** A score beside the threshold that decided over it, and how it did. */
export interface Decided {
  name: string
  score?: number
  threshold?: number | null
  success?: boolean | null
}

/**
 * Scores of which a lower one passes, as those of bias, toxicity and hallucination do: told by what passed below its threshold, or
 * failed above it. A name that has the other way too is none of them: nobody knows what decided there.
 */
export function passingDownwards(decided: readonly Decided[]): string[] {
  const ways = new Map<string, Set<'up' | 'down'>>()
  for (const { name, score, threshold, success } of decided) {
    if (typeof threshold !== 'number' || typeof success !== 'boolean') continue
    if (score === undefined || !Number.isFinite(score) || score === threshold) continue
    const known = ways.get(name) ?? new Set()
    ways.set(name, known.add(score > threshold === success ? 'up' : 'down'))
  }
  return [...ways].filter(([, way]) => way.has('down') && way.size === 1).map(([name]) => name)
}
