import { countedIn } from '../../deploy-config/mesh.ts'
import type { CanaryFile } from '../../release/canary-file.ts'
import { code } from '../../report/words/escape.ts'

/** What the split assigns, and what keeps it with one release. */
export function splitWords({ unit, sticky }: Pick<CanaryFile, 'unit' | 'sticky'>): string {
  const ways: Record<string, string> = {
    cookie: 'by user, whom a cookie keeps with one release',
    none: `by ${unit}, each drawn anew`,
  }
  return ways[sticky] ?? `by user, whom ${code(sticky)} keeps with one release`
}

/** Whose requests guardrails are of, where a mesh counts them, a clause. */
export function meshWords(file: Pick<CanaryFile, 'guardrails' | 'mesh'>): string[] {
  const names = countedIn(file)
    .mesh.map(name => code(name))
    .join(' and ')
  return names && file.mesh ? [`${names} of the requests that ${code(file.mesh.series)} counts`] : []
}
