import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { LARGE_PAGES } from './large-pages.ts'

// Each worker has a folder for temporary files of its own: tests that look at what lies about must not see those of others.
const { ASSAY_TESTS_TMP } = process.env
if (ASSAY_TESTS_TMP) {
  process.env.TMPDIR = join(ASSAY_TESTS_TMP, String(process.pid))
  mkdirSync(process.env.TMPDIR, { recursive: true })
}
if (process.env.GLIBC_TUNABLES === LARGE_PAGES) delete process.env.GLIBC_TUNABLES
