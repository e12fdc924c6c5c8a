import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One folder for the temporary files of a run, which is gone when the run is over. Workers find it in their environment. */
export function setup(): () => void {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'assay-tests-')))
  process.env.ASSAY_TESTS_TMP = folder
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}
