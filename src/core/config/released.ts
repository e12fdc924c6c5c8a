/**
 * The commit of Assay that everything shipped or shown names: what `init` writes, the docs, the examples. A commit cannot be
 * moved, a tag can. It is one whose bundles are built; no commit can name itself, so it is older than the one that holds this
 * line. `npm run pin` writes a newer one, here and, by `npm run generate`, into all texts. Until the first release it is the
 * last commit of the main branch that built the bundles.
 */
export const RELEASED = { commit: '047402b181362b0cec9685890ac5ad8d546af0d5', tag: 'v0' } as const
