import type { ScanConfig } from '../config/scan.ts'
import type { Problem } from '../errors/errors.ts'
import type { ImageFile } from '../image/layers.ts'
import { folderOf, isMatching, wantedGlobs } from '../image/placed-files.ts'
import { maskPersonalData } from '../secrets/secrets.ts'
import { shortened, visible } from '../text/visible-text.ts'
import type { JudgedFile } from './judged.ts'
import { isScanned, type ScannedFiles } from './scanned-file.ts'

/** Files that are packaged, as a scan of before leaves them. */
export interface AgainstScan {
  /** Each with the sha256 that it must have, where the scan told it. */
  known: ImageFile[]
  /** Of which nothing was kept: they are to be scanned now. */
  unknown: ImageFile[]
  problems: Problem[]
}

/**
 * Holds what is packaged to what was scanned: each file must be one of the scan's, have been there, and be one that may be loaded.
 *
 * @param scanned what the result of this commit has kept; undefined where there is none
 */
export function againstScan(
  files: readonly ImageFile[],
  { files: named }: ScanConfig,
  scanned: ScannedFiles | undefined,
): AgainstScan {
  const isWhole = scanned?.more === 0
  const held: AgainstScan = { known: [], unknown: [], problems: [] }
  for (const file of files) {
    // As the scan has kept it; of two that come to the same name nobody can tell which it was.
    const name = maskPersonalData(file.path)
    const [was, other] = scanned?.kept.filter(one => one.file === name) ?? []
    if (!isCovered(file.path, named)) held.problems.push(notCovered(file.path))
    else if (other) held.unknown.push(file)
    else if (was && isScanned([was])) held.known.push({ ...file, sha256: was.sha256 })
    else if (was) held.problems.push(mustNotBeLoaded(file.path, 'the scan refused it'))
    else if (isWhole) held.problems.push(cameLater(file.path))
    else held.unknown.push(file)
  }
  return held
}

/** The same of files that were scanned just now. */
export function againstJudged(files: readonly ImageFile[], judged: readonly JudgedFile[]): AgainstScan {
  const held: AgainstScan = { known: [], unknown: [], problems: [] }
  for (const { path, sha256, mayBeLoaded, lines } of judged) {
    const file = files.find(one => one.path === path)
    if (!mayBeLoaded) held.problems.push(mustNotBeLoaded(path, lines[0] ?? 'the scan refused it'))
    else if (file) held.known.push({ ...file, sha256 })
  }
  return held
}

/**
 * Globs of `package.files` that name more than `scan` looks at: by the files that are there, and of those that match none yet by
 * their folder.
 */
export function widerThanScan(
  globs: readonly string[],
  files: readonly ImageFile[],
  { files: named }: ScanConfig,
): Problem[] {
  return wantedGlobs(globs).flatMap(glob => {
    const matching = files.filter(({ path }) => isMatching(path, glob))
    const left = matching.filter(({ path }) => !isCovered(path, named))
    const isWider = matching.length === 0 ? !isCovered(folderOf(glob), named) : left.length > 0
    if (!isWider) return []
    const such = left[0] ? `, such as \`${shown(left[0].path)}\`` : ''
    return [
      {
        what: `\`package.files\`: \`${shown(glob)}\` names more than \`scan.files\` does${such}, and what was not scanned is not packaged`,
        fix: 'name the folder in `scan.files`, or less in `package.files`',
      },
    ]
  })
}

// --- internal ---

/** Whether a path is one of those that a scan names, or lies below one. */
function isCovered(path: string, named: readonly string[]): boolean {
  return named.some(one => path === one || path.startsWith(`${one}/`))
}

function notCovered(path: string): Problem {
  return {
    what: 'it would be packaged, and `scan` does not look at it',
    where: { file: shown(path) },
    fix: 'name it or its folder in `scan.files`, or leave it out of `package.files` by `!…`',
  }
}

function mustNotBeLoaded(path: string, why: string): Problem {
  return {
    what: `it must not be loaded: ${why}`,
    where: { file: shown(path) },
    fix: 'look at it with `assay scan`; what is yours can be allowed in `scan.allow`',
  }
}

function cameLater(path: string): Problem {
  return {
    what: 'it was not there when the model was scanned',
    where: { file: shown(path) },
    fix: 'run `assay run` or `assay evaluate` again on this commit, or remove the file',
  }
}

function shown(path: string): string {
  return shortened(visible(path), 200)
}
