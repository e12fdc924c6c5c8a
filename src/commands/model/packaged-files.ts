import type { ScanConfig } from '../../core/config/scan.ts'
import { AssayError, type Problem } from '../../core/errors/errors.ts'
import type { ImageFile } from '../../core/image/layers.ts'
import { folderOf, placeFiles, wantedGlobs } from '../../core/image/placed-files.ts'
import { againstJudged, againstScan } from '../../core/scan/packaged.ts'
import type { ScannedFiles } from '../../core/scan/scanned-file.ts'
import { count } from '../../core/text/numbers.ts'
import { filesBelow } from '../../services/files/matching-files.ts'
import type { Context } from '../command/context.ts'
import { secretProblems } from './packaged-secrets.ts'
import { scannedFiles } from './scanned.ts'

/**
 * The files that go into the image of a model, none of which may be a key or a login. Where it has `scan`, each is one that was scanned and may be loaded, and has the
 * sha256 that it must still have when its bytes are read; what no result tells of is scanned here.
 *
 * @param scanned what the result of this commit has kept of the scan
 * @throws AssayError PACKAGE_INVALID, PACKAGE_NOT_SCANNED, each with all problems; FILE_…
 */
export async function packagedFiles(
  context: Context,
  model: string,
  globs: readonly string[],
  { scan, scanned }: { scan: ScanConfig | undefined; scanned: ScannedFiles | undefined },
): Promise<ImageFile[]> {
  const found = await filesBelow(context.folder, wantedGlobs(globs).map(folderOf))
  const { files, problems: unplaced } = placeFiles(globs, found)
  const problems = [...unplaced, ...(await secretProblems(context.folder, files))]
  if (problems.length > 0) throw refused('PACKAGE_INVALID', model, problems)
  if (!scan) return files
  const before = againstScan(files, scan, scanned)
  const paths = before.unknown.map(({ path }) => path)
  const now = againstJudged(before.unknown, await scannedFiles(context, { files: paths, allow: scan.allow }))
  const unfit = [...before.problems, ...now.problems]
  if (unfit.length > 0) throw refused('PACKAGE_NOT_SCANNED', model, unfit)
  if (paths.length > 0)
    context.log.info(
      `${paths.length} of ${count(files.length, 'file')} had no result of a scan, and ${paths.length === 1 ? 'was' : 'were'} scanned now`,
    )
  return [...before.known, ...now.known]
}

// --- internal ---

function refused(code: string, model: string, problems: Problem[]): AssayError {
  return new AssayError({ code, title: `${model} could not be packaged`, problems })
}
