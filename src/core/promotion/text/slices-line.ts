import type { CanaryFile } from '../../release/canary-file.ts'
import { code, inline } from '../../report/words/escape.ts'

/** What conversion is shown of besides, or why it is not. */
export function slicesLine({ slices }: CanaryFile, none: string | undefined): string[] {
  if (slices === undefined) return []
  if (none === undefined) return [`- **Slices**: conversion is shown of each ${code(slices)} too.`]
  return [`- **Slices**: none of ${code(slices)} are shown: ${inline(none, 400)}.`]
}
