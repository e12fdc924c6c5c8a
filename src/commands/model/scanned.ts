import type { ScanConfig } from '../../core/config/scan.ts'
import { type JudgedFile, judgeFile } from '../../core/scan/judged.ts'
import { isKnownImport } from '../../core/scan/pickle/known-imports.ts'
import { scanModel } from '../../core/scan/scan.ts'
import { dayOf } from '../../core/text/instant-words.ts'
import { filesAt, lookInside } from '../../services/files/model-files.ts'
import type { Context } from '../command/context.ts'

/**
 * The files of a model, and whether each may be loaded. None is.
 *
 * @throws AssayError FILE_NOT_FOUND, FILE_REFUSED, FILE_TOO_LARGE
 */
export async function scannedFiles(
  { folder, now }: Pick<Context, 'folder' | 'now'>,
  { files, allow }: ScanConfig,
): Promise<JudgedFile[]> {
  const judged: JudgedFile[] = []
  for (const named of files)
    for (const path of await filesAt(folder, named)) {
      const { said, ...file } = await lookInside(folder, path, source =>
        scanModel(source, isKnownImport, path),
      )
      judged.push(judgeFile({ path, ...file }, said, allow, dayOf(now())))
    }
  return judged
}
