import { AssayError } from '../core/errors/errors.ts'

/** More than is taken of an artifact. */
export function artifactTooLarge(maxBytes: number): AssayError {
  const what = `the artifact is larger than ${maxBytes / 1024 / 1024} MiB`
  return refused({ code: 'ARTIFACT_TOO_LARGE', what, fix: 'upload `assay-result/*/result.json` alone' })
}

/** `said`: in the forge's words. */
export function artifactGone(said: string): AssayError {
  const what = `the artifact has expired or was deleted: ${said}`
  return refused({ code: 'ARTIFACT_GONE', what, fix: 'run the workflow again' })
}

/** Not the bytes that were stored. */
export function artifactAltered(digest: string): AssayError {
  const what = `the bytes of the artifact do not have the digest that it was stored with, ${digest.slice(0, 19)}…`
  const fix = 'run the workflow again; if it stays so, look at the storage and the proxies before it'
  return refused({ code: 'ARTIFACT_ALTERED', what, fix })
}

// --- internal ---

function refused({ code, ...problem }: { code: string; what: string; fix: string }): AssayError {
  return new AssayError({ code, title: 'What the run left cannot be read', problems: [problem] })
}
