import type { Problem } from '../../errors/errors.ts'
import type { FileDifference } from '../places/rollback.ts'
import type { ProvedEdit } from './edits.ts'

/** Who else writes a value that a release changes, by what stands beside it in its line: one of the two is written over. */
export function otherWriters(changes: readonly FileDifference[], edits: readonly ProvedEdit[]): Problem[] {
  const lines = new Map(changes.map(({ path, before = '' }) => [path, before.split('\n')]))
  return edits.flatMap(({ file, line }) => {
    const text = lines.get(file)?.[line - 1] ?? ''
    const found = WRITERS.find(({ marker }) => marker.test(text))
    return found ? [{ what: found.what, where: { file, line }, fix: found.fix }] : []
  })
}

// --- internal ---

const WRITERS: readonly { marker: RegExp; what: string; fix: string }[] = [
  {
    marker: /#\s*\{\s*"\$imagepolicy"\s*:/,
    what: 'the image automation of Flux writes this value too, by the marker behind it: whoever comes last counts',
    fix: 'take the marker away, so that Assay alone writes it',
  },
  {
    marker: /#\s*kpt-set:/,
    what: 'a setter of kpt writes this value too, with each render of its package',
    fix: 'write the value of the setter instead, or take the marker away',
  },
]
