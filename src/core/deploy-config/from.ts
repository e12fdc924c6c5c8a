import * as z from 'zod'

/** `from`: which repositories may release a model. */

const Repository = z
  .string()
  .max(300)
  .regex(
    /^(?:https?:\/\/[A-Za-z0-9.:[\]-]+\/|(?=[^/]+\/))(?!\.{1,2}(?:\/|$))(?:[\w.-]|\{model\})+(?:\/(?!\.{1,2}(?:\/|$))(?:[\w.-]|\{model\})+)*$/,
    'a repository such as `acme/{model}`, or its web address',
  )

/** One repository, or several while a model moves from one to another. */
export const From = z.union([Repository.transform(one => [one]), z.array(Repository).min(1).max(20)])

/**
 * Whether a web address is that of a repository: `owner/name` on any server, or a whole address. Forges take no two names that
 * differ only in case, and neither does this; `.git` and how the server is spoken to say nothing.
 */
export function isRepository(address: string, wanted: string): boolean {
  const [own, other] = [partsOf(address), partsOf(wanted)]
  return own.path === other.path && (other.host === undefined || other.host === own.host)
}

// --- internal ---

function partsOf(text: string): { host?: string; path: string } {
  const url = /^https?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined
  const path = (url?.pathname ?? text).toLowerCase().replace(/^\/+|(\.git)?\/*$/g, '')
  return url ? { host: url.host, path } : { path }
}
