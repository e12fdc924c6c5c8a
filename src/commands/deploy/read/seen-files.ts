import { type Kustomization, readKustomization } from '../../../core/promotion/effect/kustomization.ts'

export type TextOf = (path: string) => string | undefined

/** Files at one moment, as whoever looks at many places of them wants them. */
export interface SeenFiles {
  /** Undefined: it is not there. */
  text: TextOf
  /** Undefined: it is not there, or no YAML. */
  kustomization(path: string): Kustomization | undefined
}

/** A kustomization that stands over thousands of places is taken apart once. */
export function seenFiles(text: TextOf): SeenFiles {
  const known = new Map<string, Kustomization | undefined>()
  return {
    text,
    kustomization(path) {
      const found = text(path)
      if (found === undefined) return undefined
      if (!known.has(path)) known.set(path, readKustomization(found, path))
      return known.get(path)
    },
  }
}
