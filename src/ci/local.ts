import type { CiFacts } from './ci.ts'

/** A laptop, or a CI that Assay does not know: nothing is known. */
export function local(): CiFacts {
  return { name: 'local' }
}
