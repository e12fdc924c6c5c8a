import type { Problem } from '../../errors/errors.ts'
import { type DataFile, readDvcFile, type TrackedData } from './dvc-files.ts'

/** Data that must lie in the folder once it was pulled. */
export interface PulledData extends TrackedData {
  /** The file that says so. */
  file: string
  /** Only these of a folder, by their paths in it; all where absent. */
  within?: string[]
}

/**
 * What `dvc pull` brings. What git has, DVC does not bring (`cache: false`); what lies outside of the repository it does not
 * check out either.
 *
 * @param inGit paths of the commit
 * @returns or every DVC file that cannot be read
 */
export function pulledData(
  files: readonly DataFile[],
  targets: true | readonly string[],
  inGit: ReadonlySet<string>,
): { data: PulledData[] } | { problems: Problem[] } {
  const problems: Problem[] = []
  const data = new Map<string, PulledData>()
  for (const file of files) {
    const read = readDvcFile(file)
    if (!('outs' in read)) problems.push({ where: { file: file.path }, ...read })
    else
      for (const out of read.outs) {
        const { stage, ...piece } = out
        if (inGit.has(piece.path) || isOutside(piece.path) || piece.hash?.kind !== 'md5') continue
        const asked = targets === true ? {} : askedFor({ file: file.path, stage, path: piece.path }, targets)
        if (asked) data.set(piece.path, { ...piece, ...asked, file: file.path })
      }
  }
  return problems.length > 0 ? { problems } : { data: [...data.values()] }
}

// --- internal ---

interface Place {
  file: string
  stage: string | undefined
  path: string
}

/** How DVC reads a target: a file of its own, a stage (of a file, of all that a `foreach` makes), a path, or one inside. */
function askedFor(
  { file, stage, path }: Place,
  targets: readonly string[],
): { within?: string[] } | undefined {
  const pipeline = file.replace(/dvc\.lock$/, 'dvc.yaml')
  const names = (stage === undefined ? [] : [stage, stage.split('@')[0]!]).flatMap(name =>
    pipeline === 'dvc.yaml' ? [name, `dvc.yaml:${name}`] : [`${pipeline}:${name}`],
  )
  const whole = [file, pipeline, path, ...names]
  if (targets.some(target => whole.includes(target) || path.startsWith(`${target}/`))) return {}
  const within = targets.flatMap(target =>
    target.startsWith(`${path}/`) ? [target.slice(path.length + 1)] : [],
  )
  return within.length > 0 ? { within } : undefined
}

function isOutside(path: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:|[/\\]|\.\.(?:\/|$))/i.test(path)
}
