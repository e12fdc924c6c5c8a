import { isAssayError } from '../../core/errors/errors.ts'
import type { ReleaseRecord } from '../../core/release/record.ts'
import { renderSbom } from '../../core/sbom/cyclonedx.ts'
import { LOCK_FILES } from '../../core/sbom/lock-files.ts'
import { count } from '../../core/text/numbers.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'
import { readInside } from '../../services/files/files.ts'
import type { Context } from '../command/context.ts'
import { writeOutput } from '../result/outputs.ts'
import { type Installed, installedPackages } from './installed.ts'

/** What a list is of: a release, or what was packaged. */
export type SbomSubject = Pick<ReleaseRecord, 'model' | 'commit' | 'image' | 'uri' | 'scanned'> &
  Partial<Pick<ReleaseRecord, 'version' | 'repository'>>

/**
 * Writes what a release, or what was packaged, is made of: from the lock files beside assay.yml, and from the packages that are installed
 * in what is packaged and in virtual environments beside it. Nothing where nothing tells of any package or file.
 *
 * @param globs what is packaged
 * @returns a line for each place that leaves something open
 * @throws AssayError FILE_REFUSED, FILE_TOO_LARGE
 */
export async function writeSbom(
  { folder, version: assay }: Pick<Context, 'folder' | 'version'>,
  { model, version, commit, repository, image, uri, scanned: files = [] }: SbomSubject,
  { output, 'dry-run': dryRun, globs }: { output: string; 'dry-run': boolean; globs: readonly string[] },
): Promise<string[]> {
  const named: Installed[] = []
  for (const [path, read] of Object.entries(LOCK_FILES)) {
    const text = await textOf(folder, path)
    if (text !== undefined) named.push({ how: 'locked', path, ...read(text) })
  }
  named.push(...(await installedPackages(folder, globs)))
  if (named.length === 0 && files.length === 0) return []
  const artifact = image ? `${image.name}@${image.digest}` : uri
  const text = renderSbom({
    model,
    commit,
    named,
    files,
    assay,
    ...(version !== undefined && { version }),
    ...(repository !== undefined && { repository }),
    ...(artifact !== undefined && { artifact }),
  })
  if (!dryRun) await writeOutput(folder, `${output}/${model}/model-sbom.json`, text)
  return named.flatMap(openIn)
}

// --- internal ---

const MOST_BYTES = 32 * 1024 * 1024

async function textOf(folder: string, file: string): Promise<string | undefined> {
  try {
    const { bytes } = await readInside(folder, file, { maxBytes: MOST_BYTES, input: 'lock file' })
    return new TextDecoder().decode(bytes)
  } catch (error) {
    if (isAssayError(error, 'FILE_NOT_FOUND')) return undefined
    throw error
  }
}

/** What is named without a version may be any. */
function openIn({ path, unpinned }: Installed): string[] {
  if (unpinned.length === 0) return []
  const [first] = unpinned
  const others = unpinned.length > 1 ? ' and others' : ''
  return [
    `${visible(path)} names ${count(unpinned.length, 'package')} without a version (${shortened(visible(first!), 100)}${others}): the list of packages leaves them out`,
  ]
}
