/**
 * The commit of Assay that everything shipped or shown names: what `init` writes, the docs, the examples. A commit cannot be
 * moved, a tag can. It is one whose bundles are built; no commit can name itself, so it is older than the one that holds this
 * line. `npm run pin` writes a newer one, here and, by `npm run generate`, into all texts. Until the first release it is the
 * last commit of the main branch that built the bundles.
 */
export const RELEASED = { commit: '9ceb61595f164d5f9febb9428341d7093c675a0e', tag: 'v0' } as const
