import type { Kustomization } from '../effect/kustomization.ts'

/** Who else renders a file: overlays of a base that a promotion edits. */

/**
 * The outermost kustomizations that are made from a file, by path: each reads it, or reads one that does, and no other reads them.
 * Two that read each other have no outermost one.
 */
export function outermostReaders(file: string, all: readonly Kustomization[]): string[] {
  const readersOf = (path: string) => all.filter(one => one.path !== path && one.reads(path))
  const seen = new Set<string>()
  const found: string[] = []
  const visit = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    const readers = readersOf(path)
    if (readers.length === 0 && path !== file) found.push(path)
    for (const reader of readers) visit(reader.path)
  }
  visit(file)
  return found.sort()
}
