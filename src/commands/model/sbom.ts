import { isAssayError } from '../../core/errors/errors.ts'
import type { ReleaseRecord } from '../../core/release/record.ts'
import { renderSbom } from '../../core/sbom/cyclonedx.ts'
import { LOCK_FILES, type Locked } from '../../core/sbom/lock-files.ts'
import { count } from '../../core/text/numbers.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'
import { readInside } from '../../services/files/files.ts'
import type { Context } from '../command/context.ts'
import { writeOutput } from '../result/outputs.ts'

/**
 * Writes what a release is made of beside its record, from the lock files beside assay.yml: nothing where nothing tells of any package or file.
 *
 * @returns a line for each lock file that leaves something open
 * @throws AssayError FILE_REFUSED, FILE_TOO_LARGE
 */
export async function writeSbom(
  { folder, version: assay }: Pick<Context, 'folder' | 'version'>,
  record: ReleaseRecord,
  { output, 'dry-run': dryRun }: { output: string; 'dry-run': boolean },
): Promise<string[]> {
  const locked: (Locked & { file: string })[] = []
  for (const [file, read] of Object.entries(LOCK_FILES)) {
    const text = await textOf(folder, file)
    if (text !== undefined) locked.push({ file, ...read(text) })
  }
  const { model, version, commit, repository, image, uri, scanned: files = [] } = record
  if (locked.length === 0 && files.length === 0) return []
  const artifact = image ? `${image.name}@${image.digest}` : uri
  const inputs = { model, version, commit, repository, locked, files, assay }
  const text = renderSbom({ ...inputs, ...(artifact !== undefined && { artifact }) })
  if (!dryRun) await writeOutput(folder, `${output}/${model}/model-sbom.json`, text)
  return locked.flatMap(openIn)
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

/** What a lock file names without a version may be any. */
function openIn({ file, unpinned }: Locked & { file: string }): string[] {
  if (unpinned.length === 0) return []
  const [first] = unpinned
  const others = unpinned.length > 1 ? ' and others' : ''
  return [
    `${file} names ${count(unpinned.length, 'package')} without a version (${shortened(visible(first!), 100)}${others}): the list of packages leaves them out`,
  ]
}
